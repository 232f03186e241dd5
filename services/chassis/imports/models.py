"""An import, its staged rows, and how far it is, in the database of the service that keeps the rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.imports.kinds import Outcome
from services.chassis.tables import Base
from services.contracts.errors import conflict
from services.contracts.imports import ImportKind, ImportState


class Import(Base):
    """One file that somebody sent, and what became of it."""

    __tablename__ = "import"
    __table_args__ = (
        Index("import_company_idx", "company_id", "created_at", "id"),
        Index("import_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    kind: Mapped[ImportKind] = mapped_column(Text)
    state: Mapped[ImportState] = mapped_column(Text)
    version: Mapped[int]
    name: Mapped[str]
    """The file's."""
    file_key: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID]
    created_by: Mapped[str]
    confirmed_by_id: Mapped[UUID | None]
    confirmed_by: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int]
    checked: Mapped[int]
    bad: Mapped[int]
    creates: Mapped[int]
    changes: Mapped[int]
    same: Mapped[int]
    unknown_columns: Mapped[list[Any]]
    good_only: Mapped[bool]
    stopped_because: Mapped[str | None]
    due_at: Mapped[datetime | None]
    """When the service goes on with it by itself; at last, when it forgets the file."""

    def to_check(self, now: datetime) -> None:
        """Has every row looked at, from the first on."""
        self.checked = self.bad = self.creates = self.changes = self.same = 0
        self._go("checking", now)

    def count(self, outcome: Outcome, *, bad: bool) -> None:
        """One more row is checked."""
        self.checked += 1
        self.bad += bad
        self.creates += not bad and outcome == "create"
        self.changes += not bad and outcome == "change"
        self.same += not bad and outcome == "same"

    def wait(self) -> None:
        """All is checked; somebody has to say what becomes of it."""
        self._go("checked", None)

    def confirm(self, now: datetime, by_id: UUID, by: str, *, good_only: bool) -> None:
        """It is to be imported."""
        if self.state != "checked":
            raise conflict("This import does not wait to be confirmed.", reason="not_checked")
        if self.bad and not good_only:
            raise conflict("Some rows have problems. Mend them, or import the good rows alone.", reason="bad_rows")
        if self.bad == self.rows:
            raise conflict("No row of this file can be imported.", reason="no_good_rows")
        self.good_only, self.confirmed_by_id, self.confirmed_by, self.stopped_because = good_only, by_id, by, None
        self._go("applying", now)

    def stop(self, now: datetime, why: str) -> None:
        """Nothing was imported, for something changed since it was checked; it is checked anew."""
        self.stopped_because = why
        self.to_check(now)

    def end(self, state: ImportState, now: datetime, forget_at: datetime, why: str | None = None) -> None:
        """It is over."""
        self.stopped_because, self.finished_at = why, now
        self._go(state, forget_at)

    def cancel(self, now: datetime, forget_at: datetime) -> None:
        """Drops it; a second time changes nothing."""
        if self.state in ("applying", "done"):
            raise conflict("This import is under way, or done.", reason="confirmed")
        if self.state not in ("cancelled", "refused"):
            self.end("cancelled", now, forget_at)

    def touch(self) -> None:
        """It tells of something newer from now on."""
        self.version += 1

    def _go(self, state: ImportState, due_at: datetime | None) -> None:
        self.state, self.due_at = state, due_at
        self.touch()


class ImportRow(Base):
    """A staged row. `group_row` is the first row of those that belong together, its own where it stands alone."""

    __tablename__ = "import_row"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import.id"), primary_key=True)
    group_row: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    values: Mapped[dict[str, Any]]
    flaws: Mapped[list[Any]]
    """What is wrong with it as it stands in the file."""
    outcome: Mapped[Outcome | None] = mapped_column(Text)
    problems: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """All that is wrong with it; empty where nothing is, None before it is checked."""


class ImportProgress(Base):
    """How far an import is, written beside the transaction that does it, so that it is seen before that ends."""

    __tablename__ = "import_progress"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import.id"), primary_key=True)
    company_id: Mapped[UUID]
    version: Mapped[int]
    """Of the import that was gone on with."""
    tries: Mapped[int]
    """How often that began and did not end."""
    applied: Mapped[int]
