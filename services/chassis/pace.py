"""A pace that all replicas keep together: whoever acts takes the next slot of a row, and slots are evenly spaced."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Table, cast, extract, func, select, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningUpdate

from services.chassis.work import Work

NextAt = InstrumentedAttribute[datetime]
"""The column that says when the next slot of a row is."""


def take(work: Work, next_at: NextAt, row: ColumnElement[bool], gap: timedelta) -> float:
    """Takes the row's next slot, last in its transaction; answers how many seconds off it is.

    Slots that nobody took are gone: whoever is called counts what comes in a second, not what might have come.
    """
    return float(work.session.scalars(_taken(next_at, row, gap)).one())


def take_within(
    work: Work, next_at: NextAt, row: ColumnElement[bool], gap: timedelta, within: timedelta
) -> float | None:
    """The same; None, and nothing is taken, where the slot is further off than that."""
    near = row & (next_at <= func.clock_timestamp() + within)
    seconds = work.session.scalars(_taken(next_at, near, gap)).one_or_none()
    return None if seconds is None else float(seconds)


def seconds_off(work: Work, next_at: NextAt, row: ColumnElement[bool]) -> float:
    """How many seconds off the row's next slot is, which is not taken."""
    return float(work.session.scalars(select(until(next_at)).where(row)).one())


def until(next_at: NextAt) -> ColumnElement[Decimal]:
    """The same, for a statement that asks for something else as well."""
    return func.greatest(_seconds(next_at - func.clock_timestamp()), 0)


def pause(work: Work, next_at: NextAt, row: ColumnElement[bool], length: timedelta) -> None:
    """Leaves no slot for a while."""
    later = func.greatest(next_at, func.clock_timestamp() + length)
    work.session.execute(update(_table(next_at)).where(row).values({next_at.key: later}))


def _taken(next_at: NextAt, row: ColumnElement[bool], gap: timedelta) -> ReturningUpdate[tuple[Any]]:
    now = func.clock_timestamp()
    return (
        update(_table(next_at))
        .where(row)
        .values({next_at.key: func.greatest(next_at, now) + gap})
        .returning(func.greatest(_seconds(next_at - gap - now), 0))
    )


def _table(next_at: NextAt) -> Table:
    """No object of the session is of this row: so it is spared SQLAlchemy's looking for those."""
    table: Table = next_at.class_.__table__
    return table


def _seconds(interval: Any) -> Any:
    return cast(extract("epoch", interval), Numeric)
