"""Human numbers such as INV-2026-00042: counted per company, kind of document and year, without gaps.

The counter's row stays locked until the transaction ends, and a transaction that fails gives its number back.
Take a number last, so that the lock is short.
"""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from services.chassis.tables import NumberSeries
from services.chassis.work import Work

_SERIES = cast(Table, NumberSeries.__table__)
_FIRST = insert(_SERIES)
_COUNTED = _FIRST.on_conflict_do_update(
    index_elements=_SERIES.primary_key.columns, set_={"last": _SERIES.c.last + _FIRST.excluded.last}
).returning(_SERIES.c.last)


def next_number(work: Work, prefix: str, time_zone: str) -> str:
    """The next number of the year that it is there."""
    return next_numbers(work, prefix, time_zone, 1)[0]


def next_numbers(work: Work, prefix: str, time_zone: str, count: int) -> list[str]:
    """The next so many."""
    year = work.today(time_zone).year
    series = {"company_id": work.company_id, "prefix": prefix, "year": year, "last": count}
    # What else the transaction has changed is written with the number in it, not before and again.
    with work.session.no_autoflush:
        last = work.session.execute(_COUNTED, series).scalar_one()
    return [f"{prefix}-{year}-{number:05}" for number in range(last - count + 1, last + 1)]
