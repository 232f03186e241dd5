"""When signers are reminded of a proposal, and told that it expired; without input, output or clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

DAYS_AFTER_DELIVERY = (3, 7)
DAYS_BEFORE_EXPIRY = 2
HOUR = time(9)
"""When people are at their desks, in the branch's zone."""


@dataclass(frozen=True)
class Notice:
    """Something to be said, at a moment."""

    kind: Literal["reminder", "expiry"]
    at: datetime


def notices(delivered_at: datetime, expires_on: date | None, time_zone: str) -> list[Notice]:
    """All that is said of a delivered proposal, in order: at most three reminders, and that it expired."""
    zone = ZoneInfo(time_zone)
    delivered_on = delivered_at.astimezone(zone).date()
    days = sorted(set(_reminders(delivered_on, expires_on)))
    said = [Notice("reminder", datetime.combine(day, HOUR, zone)) for day in days]
    if expires_on is not None:
        said.append(Notice("expiry", datetime.combine(expires_on + timedelta(days=1), HOUR, zone)))
    return said


def coming(delivered_at: datetime, expires_on: date | None, time_zone: str, after: datetime) -> Notice | None:
    """The first notice after a moment."""
    return next((each for each in notices(delivered_at, expires_on, time_zone) if each.at > after), None)


def due(delivered_at: datetime, expires_on: date | None, time_zone: str, now: datetime) -> Notice | None:
    """The last notice whose time has come: what was missed before it is not said late."""
    came = [each for each in notices(delivered_at, expires_on, time_zone) if each.at <= now]
    return came[-1] if came else None


def _reminders(delivered_on: date, expires_on: date | None) -> Iterator[date]:
    """The days; none on the day of the delivery, and none once it expired."""
    for days in DAYS_AFTER_DELIVERY:
        day = delivered_on + timedelta(days=days)
        if expires_on is None or day <= expires_on:
            yield day
    if expires_on is not None and expires_on - timedelta(days=DAYS_BEFORE_EXPIRY) > delivered_on:
        yield expires_on - timedelta(days=DAYS_BEFORE_EXPIRY)
