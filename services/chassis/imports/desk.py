"""What staff do with imports: send a file, look at what was found, confirm it, or drop it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.chassis.imports import progress, staging
from services.chassis.imports.kinds import Kind
from services.chassis.imports.models import Import
from services.chassis.imports.running import KEPT_FOR, Runner
from services.chassis.imports.views import view
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import conflict, forbidden, invalid, not_found
from services.contracts.files import FileView
from services.contracts.imports import MOST_BYTES, SCOPES, BadRow, ImportKind, ImportView
from services.contracts.messages import Event, Page

MOST_WAITING = 20
"""Imports of a company that nobody has confirmed or dropped."""

MOST_SHOWN = 1_000_000
"""Characters of the bad rows that are told at once: the bus takes no message of any length."""

Tell = Callable[[Import, ImportView], Event]
Record = Callable[[Work, Import, str], None]
"""Keeps in the trail what was done with an import: `started`, `confirmed`, `cancelled`, `done`."""


@dataclass(frozen=True)
class Desk:
    """One of each service that imports."""

    kinds: Mapping[ImportKind, Kind[Any]]
    tell: Tell
    record: Record

    @property
    def runner(self) -> Runner:
        """What goes on with imports by itself."""
        return Runner(self.kinds, self.tell, self.record)

    def start(self, work: Work, import_id: UUID, kind: ImportKind, file: FileView) -> ImportView:
        """Has the file read and checked."""
        principal = work.principal
        if kind not in self.kinds:
            raise invalid("This is imported elsewhere.", field="kind")
        if not permissions.may_in_office(principal, SCOPES[kind]):
            raise forbidden()
        if not 0 < file.size <= MOST_BYTES:
            raise invalid("This file is empty or too large.", field="file", reason="file_too_large")
        self._check_room(work)
        row = Import(
            id=import_id,
            company_id=work.company_id,
            kind=kind,
            state="reading",
            version=1,
            name=file.name,
            file_key=file.key,
            sha256=file.sha256,
            created_at=work.now,
            created_by_id=principal.id,
            created_by=principal.name,
            rows=0,
            good_only=False,
            unknown_columns=[],
            due_at=work.now,
        )
        row.checked = row.bad = row.creates = row.changes = row.same = 0
        work.session.add(row)
        self.record(work, row, "started")
        work.wake("continue_imports")
        return view(row)

    def _check_room(self, work: Work) -> None:
        waiting = select(func.count()).where(Import.company_id == work.company_id, Import.finished_at.is_(None))
        if (work.session.scalar(waiting) or 0) >= MOST_WAITING:
            raise conflict("Many imports wait already. Confirm or cancel some of them first.", reason="too_many")

    def get(self, work: Work, import_id: UUID) -> ImportView:
        """How it stands."""
        row = self._found(work, import_id)
        return view(row, progress.applied(work, [row.id]).get(row.id, 0))

    def page(self, work: Work, before: datetime | None, limit: int) -> Page[ImportView]:
        """Newest first, of the kinds that the principal may import; nobody else sees any."""
        mine = self._mine(work)
        if not mine:
            raise forbidden()
        found = select(Import).where(Import.company_id == work.company_id, Import.kind.in_(mine))
        if before is not None:
            found = found.where(Import.created_at < before)
        rows = list(work.session.scalars(found.order_by(Import.created_at.desc(), Import.id.desc()).limit(limit + 1)))
        shown = rows[:limit]
        applied = progress.applied(work, [each.id for each in shown if each.state == "applying"])
        last = shown[-1].created_at.isoformat() if len(rows) > limit else None
        return Page(items=[view(each, applied.get(each.id, 0)) for each in shown], next_cursor=last)

    def bad_rows(self, work: Work, import_id: UUID, after_row: int, limit: int) -> Page[BadRow]:
        """Those found so far."""
        row = self._found(work, import_id)
        found = staging.bad(work, row.id, after_row, limit + 1)
        shown = _fitting(found[:limit])
        return Page(items=list(shown), next_cursor=str(shown[-1].row) if len(found) > len(shown) else None)

    def confirm(self, work: Work, import_id: UUID, *, good_only: bool) -> ImportView:
        """Has it imported; what was confirmed before is answered as it stands."""
        row = self._open(work, import_id)
        if row.state not in ("applying", "done"):
            row.confirm(work.now, work.principal.id, work.principal.name, good_only=good_only)
            self.record(work, row, "confirmed")
            work.announce(self.tell(row, view(row)))
            work.wake("continue_imports")
        return view(row)

    def cancel(self, work: Work, import_id: UUID) -> ImportView:
        """Drops it before anything of it is imported."""
        row = self._open(work, import_id)
        former = row.state
        row.cancel(work.now, work.now + KEPT_FOR)
        if row.state != former:
            staging.drop(work, row, good_alone=True)
            self.record(work, row, "cancelled")
            work.announce(self.tell(row, view(row)))
        return view(row)

    def _open(self, work: Work, import_id: UUID) -> Import:
        """Locked, unless it is confirmed already: then it may be locked for as long as it is being imported."""
        row = self._found(work, import_id)
        return row if row.state in ("applying", "done") else self._found(work, import_id, lock=True)

    def _found(self, work: Work, import_id: UUID, *, lock: bool = False) -> Import:
        row = work.session.get(Import, import_id, with_for_update=lock or None, populate_existing=lock)
        if row is None or row.kind not in self._mine(work):
            raise not_found()
        return row

    def _mine(self, work: Work) -> Sequence[ImportKind]:
        return [each for each in self.kinds if permissions.may_in_office(work.principal, SCOPES[each])]


def _fitting(rows: Sequence[BadRow]) -> Sequence[BadRow]:
    """As many of them as are told at once, one at least."""
    sizes = accumulate(sum(map(len, row.values.values())) for row in rows)
    return rows[: max(1, sum(size <= MOST_SHOWN for size in sizes))]
