"""When somebody is reminded of what is owed, and of a card that ends."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.contracts.principals import InvoiceKind

REMIND_AT = time(9)
"""When reminders go out, by the branch's clocks."""

DUE_SOON_DAYS = 3
"""How long before an invoice falls due its payers are reminded of it."""

OVERDUE_DAYS = (1, 7)
"""How many days late an invoice is when its payers are reminded of it."""

_DAYS = (-DUE_SOON_DAYS, *OVERDUE_DAYS)
"""The occasions of an invoice, as days after it fell due."""


@dataclass(frozen=True)
class Occasion:
    """What an invoice is reminded of as; `late` is how many days late it is, 0 where it falls due soon."""

    late: int


def next_occasion(kind: InvoiceKind, due_on: date, time_zone: str, now: datetime) -> datetime | None:
    """When an invoice's payers are reminded next, on a later day than today; None: never again.

    A payoff lapses, and is not reminded of.
    """
    if kind == "payoff":
        return None
    days_late = _days_late(due_on, time_zone, now)
    return next((_morning(due_on, days, time_zone) for days in _DAYS if days > days_late), None)


def occasion(due_on: date, time_zone: str, now: datetime) -> Occasion | None:
    """What there is to be reminded of today; whoever was away on the day itself says how it is by now."""
    days = _days_late(due_on, time_zone, now)
    if -DUE_SOON_DAYS <= days <= 0:
        return Occasion(late=0)
    return Occasion(late=days) if days >= OVERDUE_DAYS[0] else None


def first_look(expires_on: date | None, now: datetime) -> datetime | None:
    """When it is looked whether anybody is to be told that a card ends: as the month before begins anywhere.

    None for what never ends, and where that month has begun: who enters such a card has just seen its end.
    """
    if expires_on is None:
        return None
    moment = datetime.combine(_month_before(expires_on), time(), UTC) - timedelta(days=1)
    return moment if moment > now else None


def card_moment(expires_on: date, time_zone: str) -> datetime:
    """When its customer is told, by the branch's clocks."""
    return datetime.combine(_month_before(expires_on), REMIND_AT, ZoneInfo(time_zone)).astimezone(UTC)


def _month_before(expires_on: date) -> date:
    """The first day of the month before the one that a card ends with."""
    return (expires_on.replace(day=1) - timedelta(days=1)).replace(day=1)


def _days_late(due_on: date, time_zone: str, now: datetime) -> int:
    return (now.astimezone(ZoneInfo(time_zone)).date() - due_on).days


def _morning(due_on: date, days: int, time_zone: str) -> datetime | None:
    """The hour of reminders so many days after a day; None beyond any calendar."""
    try:
        day = due_on + timedelta(days=days)
        return datetime.combine(day, REMIND_AT, ZoneInfo(time_zone)).astimezone(UTC)
    except OverflowError:
        return None
