"""The staged rows of an import: put in from a sheet, and read again some hundred at a time, groups together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import aliased

from services.chassis.imports.kinds import Kind
from services.chassis.imports.models import Import, ImportRow
from services.chassis.imports.sheets import SheetRow
from services.chassis.work import Work
from services.contracts.imports import BadRow, ImportProblem

BATCH = 500
LARGEST_GROUP = 500
"""Rows that may belong together; what comes behind them is looked at by itself, and refused with them."""

NOTHING_WRONG: list[Any] = []


def stage(work: Work, of: Import, kind: Kind[Any], rows: Iterable[SheetRow]) -> int:
    """Keeps the rows, each with what is wrong with it in this file; answers how many they are."""
    count, staged = 0, _staged(of, kind, rows)
    while some := list(islice(staged, 2 * BATCH)):
        work.session.execute(insert(ImportRow), some)
        count += len(some)
    return count


def _staged(of: Import, kind: Kind[Any], rows: Iterable[SheetRow]) -> Iterator[dict[str, Any]]:
    seen: dict[tuple[str, ...], int] = {}
    groups: dict[str, int] = {}
    for each in rows:
        key = tuple(each.values.get(name, "").casefold() for name in kind.key)
        first = seen.setdefault(key, each.row) if all(key) else each.row
        flaws = [*each.problems]
        if first != each.row:
            flaws.append(ImportProblem(column=kind.key[-1], message=f"Row {first} has the same {_named(kind.key)}."))
        group = each.values.get(kind.group, "").casefold() if kind.group else ""
        yield {
            "import_id": of.id,
            "company_id": of.company_id,
            "row": each.row,
            "group_row": groups.setdefault(group, each.row) if group else each.row,
            "values": each.values,
            "flaws": [flaw.model_dump() for flaw in flaws],
        }


def _named(columns: Sequence[str]) -> str:
    return " and ".join(columns)


def unchecked(work: Work, of: Import) -> Sequence[ImportRow]:
    """The next rows that nobody has looked at."""
    return _some(work, of.id, ImportRow.outcome.is_(None))


def good(work: Work, of: Import) -> Iterator[Sequence[ImportRow]]:
    """All rows without a problem, some hundred at a time."""
    after = (0, 0)
    while True:
        beyond = tuple_(ImportRow.group_row, ImportRow.row) > tuple_(*after)
        rows = _some(work, of.id, ImportRow.problems == NOTHING_WRONG, beyond)
        if not rows:
            return
        after = (rows[-1].group_row, rows[-1].row)
        yield rows


def _some(work: Work, import_id: UUID, *wanted: ColumnElement[bool]) -> Sequence[ImportRow]:
    found = select(ImportRow).where(ImportRow.import_id == import_id, *wanted)
    found = found.order_by(ImportRow.group_row, ImportRow.row)
    rows = list(work.session.scalars(found.limit(BATCH)))
    if rows:
        last = rows[-1]
        rest = found.where(ImportRow.group_row == last.group_row, ImportRow.row > last.row)
        rows += work.session.scalars(rest.limit(LARGEST_GROUP))
    return rows


def forget_checks(work: Work, of: Import) -> None:
    """Every row is one that nobody has looked at."""
    rows = update(ImportRow).where(ImportRow.import_id == of.id)
    work.session.execute(rows.values(outcome=None, problems=None))


def part_broken_groups(work: Work, of: Import, group: str) -> int:
    """Has rows without a problem wait for those of their group that have one; answers how many."""
    other = aliased(ImportRow)
    broken = select(other.row).where(
        other.import_id == of.id, other.group_row == ImportRow.group_row, other.problems != NOTHING_WRONG
    )
    stands = select(ImportRow).where(ImportRow.import_id == of.id, ImportRow.problems == NOTHING_WRONG, broken.exists())
    rows = list(work.session.scalars(stands))
    problem = ImportProblem(column=group, message=f"Another row of the same {group} has a problem.")
    for each in rows:
        each.problems = [problem.model_dump()]
    return len(rows)


def outcomes(work: Work, of: Import) -> dict[str, int]:
    """How many rows without a problem come to what."""
    found = select(ImportRow.outcome, func.count()).where(
        ImportRow.import_id == of.id, ImportRow.problems == NOTHING_WRONG
    )
    return {str(outcome): count for outcome, count in work.session.execute(found.group_by(ImportRow.outcome))}


def bad(work: Work, import_id: UUID, after_row: int, limit: int) -> list[BadRow]:
    """Rows with problems, in the file's order."""
    found = select(ImportRow).where(
        ImportRow.import_id == import_id, ImportRow.problems != NOTHING_WRONG, ImportRow.row > after_row
    )
    rows = work.session.scalars(found.order_by(ImportRow.row).limit(limit))
    return [BadRow.model_validate({"row": each.row, "values": each.values, "problems": each.problems}) for each in rows]


def drop(work: Work, of: Import, *, good_alone: bool) -> None:
    """Forgets the rows, or those that were imported; the others are given back as a file to mend."""
    rows = delete(ImportRow).where(ImportRow.import_id == of.id)
    work.session.execute(rows.where(ImportRow.problems == NOTHING_WRONG) if good_alone else rows)
