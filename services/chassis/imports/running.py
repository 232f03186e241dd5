"""What becomes of an import by itself: its file is read, its rows are checked, and once confirmed applied.

Each turn is one transaction that any replica may take: reading the file, checking some hundred rows, or applying all
of them. A process that dies in the middle leaves the turn as it was before, and another takes it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from services.chassis import files
from services.chassis.context import CallContext, entered
from services.chassis.imports import progress, sheets, staging, views
from services.chassis.imports.kinds import Kind, Parsed, Verdict
from services.chassis.imports.models import Import, ImportRow
from services.chassis.work import Work
from services.contracts.imports import ImportKind, ImportProblem, ImportView
from services.contracts.messages import Event

KEPT_FOR = timedelta(days=30)
"""How long the file and the bad rows of an import that is over are kept."""
MOST_TRIES = 5
"""Of one turn, before it is given up."""

_BROKEN = "Something went wrong on our side. Nothing was imported."
_RACED = "Somebody changed the same things while this was imported."
_NOTHING = "Nothing was imported, and the file was checked again."


class Moved(Exception):
    """A row is not what it was when it was checked."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(f"Row {row} cannot be imported any more: {why}")


@dataclass(frozen=True)
class Runner:
    """Takes the turns of a service's imports."""

    kinds: Mapping[ImportKind, Kind[Any]]
    tell: Callable[[Import, ImportView], Event]
    record: Callable[[Work, Import, str], None]

    def run(self, work: Work, import_id: UUID) -> None:
        """One turn."""
        # Its key is not locked: what is noted of its progress meanwhile refers to it.
        row = work.session.get(Import, import_id, with_for_update={"skip_locked": True, "key_share": True})
        if row is None or row.due_at is None or row.due_at > work.now:
            return
        if row.finished_at:
            self._forget(work, row)
            return
        if progress.begin(work, row) > MOST_TRIES:
            row.end("refused", work.now, work.now + KEPT_FOR, _BROKEN)
        else:
            turns = {"reading": self._read, "checking": self._check, "applying": self._apply}
            turns[row.state](work, row)
        work.announce(self.tell(row, views.view(row)))
        if not row.finished_at:
            work.wake("continue_imports")

    def _read(self, work: Work, row: Import) -> None:
        kind = self.kinds[row.kind]
        try:
            with work.session.begin_nested():
                sheet = sheets.read(files.get(row.file_key), kind.model)
                row.rows = staging.stage(work, row, kind, sheet.rows)
                row.unknown_columns = sheet.unknown
                row.to_check(work.now)
        except sheets.Unreadable as error:
            row.end("refused", work.now, work.now + KEPT_FOR, str(error))

    def _check(self, work: Work, row: Import) -> None:
        rows, kind = staging.unchecked(work, row), self.kinds[row.kind]
        verdicts = _verdicts(work, kind, rows, lock=False)
        for each in rows:
            verdict = verdicts[each.row][1]
            each.outcome, each.problems = verdict.outcome, [found.model_dump() for found in verdict.problems]
            row.count(verdict.outcome, bad=bool(verdict.problems))
        row.touch()
        if not rows:
            self._end_check(work, row, kind)

    def _end_check(self, work: Work, row: Import, kind: Kind[Any]) -> None:
        if kind.group:
            row.bad += staging.part_broken_groups(work, row, kind.group)
            work.session.flush()
            found = staging.outcomes(work, row)
            row.creates, row.changes, row.same = (found.get(each, 0) for each in ("create", "change", "same"))
        row.wait()

    def _apply(self, work: Work, row: Import) -> None:
        try:
            with work.session.begin_nested():
                self._apply_all(work, row)
        except Moved as moved:
            self._stop(work, row, str(moved))
        except IntegrityError:
            self._stop(work, row, _RACED)
        else:
            row.end("done", work.now, work.now + KEPT_FOR)
            staging.drop(work, row, good_alone=True)
            self.record(work, row, "done")

    def _apply_all(self, work: Work, row: Import) -> None:
        kind, applied = self.kinds[row.kind], 0
        for rows in staging.good(work, row):
            # Nobody waits for the whole, so each part has a deadline of its own.
            with entered(CallContext.from_headers({})):
                ready = _still_good(_verdicts(work, kind, rows, lock=True), rows)
                kind.apply(work, ready)
                work.session.flush()
            applied += len(rows)
            progress.note(work, row.id, applied, self.tell(row, views.view(row, applied)))
        with entered(CallContext.from_headers({})):
            kind.finish(work)

    def _stop(self, work: Work, row: Import, why: str) -> None:
        row.stop(work.now, f"{why} {_NOTHING}")
        staging.forget_checks(work, row)

    def _forget(self, work: Work, row: Import) -> None:
        staging.drop(work, row, good_alone=False)
        files.remove([row.file_key])
        row.due_at = None


def _verdicts(
    work: Work, kind: Kind[Any], rows: Sequence[ImportRow], *, lock: bool
) -> dict[int, tuple[Parsed[Any] | None, Verdict]]:
    """What each row is, and what would become of it."""
    read = {each.row: sheets.cells(kind.model, each.values) for each in rows}
    parsed = [Parsed(number, found) for number, found in read.items() if isinstance(found, BaseModel)]
    known = kind.check(work, parsed, lock=lock)
    by_row = {each.row: each for each in parsed}
    found = {}
    for each in rows:
        flaws = [ImportProblem.model_validate(flaw) for flaw in each.flaws]
        cells = read[each.row]
        verdict = known[each.row] if isinstance(cells, BaseModel) else Verdict(problems=list(cells))
        verdict.problems[:0] = flaws
        found[each.row] = (by_row.get(each.row), verdict)
    return found


def _still_good(
    verdicts: Mapping[int, tuple[Parsed[Any] | None, Verdict]], rows: Sequence[ImportRow]
) -> list[tuple[Parsed[Any], Verdict]]:
    """The rows to write; raises Moved where one has a problem by now, or would do something else than was shown."""
    ready = []
    for each in rows:
        parsed, verdict = verdicts[each.row]
        if verdict.problems:
            raise Moved(each.row, verdict.problems[0].message)
        if verdict.outcome not in (each.outcome, "same"):
            raise Moved(each.row, "it would do something else than when it was checked.")
        assert parsed is not None
        if verdict.outcome != "same":
            ready.append((parsed, verdict))
    return ready
