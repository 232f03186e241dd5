"""How amounts and moments are written in documents."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.contracts.money import Money


def money(amount: Money) -> str:
    """`$1,234.50`; another currency is named by its code."""
    sign = "-" if amount.amount < 0 else ""
    whole, cents = divmod(abs(amount.amount), 100)
    symbol = "$" if amount.currency == "USD" else f"{amount.currency} "
    return f"{sign}{symbol}{whole:,}.{cents:02}"


def day(date_: date) -> str:
    """`November 22, 2026`."""
    return f"{date_:%B} {date_.day}, {date_.year}"


def moment(at: datetime, time_zone: str) -> str:
    """`November 22, 2026 at 9:05:07 AM CST (America/Chicago)`."""
    local = at.astimezone(ZoneInfo(time_zone))
    hour = local.hour % 12 or 12
    return f"{day(local.date())} at {hour}:{local:%M:%S %p %Z} ({time_zone})"
