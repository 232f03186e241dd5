"""Amounts and times as people in the United States write them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, get_currency_precision

from services.contracts.money import Money

LOCALE = "en_US"


def amount(money: Money) -> str:
    """Such as `$1,250.00`."""
    units = Decimal(money.amount).scaleb(-get_currency_precision(money.currency))
    return format_currency(units, money.currency, locale=LOCALE)


def moment(at: datetime, time_zone: str) -> str:
    """Such as `May 3, 2026 at 2:05 PM CDT`, there."""
    return format_datetime(at, "MMMM d, y 'at' h:mm a zzz", tzinfo=ZoneInfo(time_zone), locale=LOCALE)


def day(on: date) -> str:
    """Such as `May 3, 2026`."""
    return format_date(on, "MMMM d, y", locale=LOCALE)


def duration(length: timedelta) -> str:
    """Such as `15 minutes`, in the largest unit that fits."""
    return format_timedelta(length, locale=LOCALE)
