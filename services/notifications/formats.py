"""Amounts and times as people in the United States write them, in each language that mails are written in."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, get_currency_precision

from services.contracts.money import Money
from services.contracts.principals import Language

_LOCALES: dict[Language, str] = {"en": "en_US", "es": "es_US"}
_DAYS: dict[Language, str] = {"en": "MMMM d, y", "es": "d 'de' MMMM 'de' y"}
_MOMENTS: dict[Language, str] = {
    "en": "MMMM d, y 'at' h:mm a zzz",
    "es": "d 'de' MMMM 'de' y, h:mm a zzz",
}


def amount(money: Money, language: Language = "en") -> str:
    """Such as `$1,250.00`."""
    units = Decimal(money.amount).scaleb(-get_currency_precision(money.currency))
    return format_currency(units, money.currency, locale=_LOCALES[language])


def moment(at: datetime, time_zone: str, language: Language = "en") -> str:
    """Such as `May 3, 2026 at 2:05 PM CDT`, there."""
    return format_datetime(at, _MOMENTS[language], tzinfo=ZoneInfo(time_zone), locale=_LOCALES[language])


def hour(at: time, language: Language = "en") -> str:
    """Such as `2:05 PM`, by the clocks of wherever it is."""
    return format_time(at, "h:mm a", locale=_LOCALES[language])


def day(on: date, language: Language = "en") -> str:
    """Such as `May 3, 2026`."""
    return format_date(on, _DAYS[language], locale=_LOCALES[language])


def duration(length: timedelta, language: Language = "en") -> str:
    """Such as `15 minutes`, in the largest unit that fits."""
    return format_timedelta(length, locale=_LOCALES[language])
