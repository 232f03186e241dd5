"""Numbers what a file made once all of it is made, so that nobody else waits for a number longer than a moment."""

from uuid import UUID

from sqlalchemy import Text, Uuid, column, select, update, values

from services.billing.models import Invoice
from services.billing.program_models import Program
from services.chassis.numbers import next_numbers
from services.chassis.searching import begins
from services.chassis.work import Work

_PART = 1000
_UNNUMBERED = "~"


def until_numbered(file_row: int, row_id: UUID) -> str:
    """What stands for the number inside the transaction; it sorts as the file's rows do, and they are numbered so."""
    return f"{_UNNUMBERED}{file_row:09}-{row_id}"


def number_all(work: Work, table: type[Invoice] | type[Program], prefix: str) -> None:
    """Gives all that has no number yet its own, by the year that it is there."""
    wanted = select(table.id, table.time_zone).where(begins(table.number, _UNNUMBERED)).order_by(table.number)
    ids: dict[str, list[UUID]] = {}
    for row in work.session.execute(wanted):
        ids.setdefault(row.time_zone, []).append(row.id)
    for time_zone in sorted(ids):
        mine = ids[time_zone]
        numbered = list(zip(mine, next_numbers(work, prefix, time_zone, len(mine)), strict=True))
        for first in range(0, len(numbered), _PART):
            part = numbered[first : first + _PART]
            given = values(column("id", Uuid), column("number", Text), name="given").data(part)
            change = update(table).where(table.id == given.c.id).values(number=given.c.number)
            work.session.execute(change, execution_options={"synchronize_session": False})
