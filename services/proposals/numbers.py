"""Gives proposals the numbers that people call them by."""

from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.proposals.models import NumberSeries


def next_number(work: Work, year: int) -> str:
    """`PRO-2026-00042`: per company and year, without gaps, for the counter commits with what it numbers."""
    first = insert(NumberSeries).values(company_id=work.company_id, year=year, last=1)
    counted = first.on_conflict_do_update(
        index_elements=[NumberSeries.company_id, NumberSeries.year], set_={"last": NumberSeries.last + 1}
    )
    number = work.session.scalars(counted.returning(NumberSeries.last)).one()
    return f"PRO-{year}-{number:05}"
