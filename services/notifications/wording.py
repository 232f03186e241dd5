"""The filters by which a template writes out what its data has raw: amounts, days, moments."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from services.contracts.money import Money
from services.contracts.principals import Language
from services.notifications import formats


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """By name, for one language; what is None stays None, and its line is left out."""

    def money(value: dict[str, Any] | None) -> str | None:
        return formats.amount(Money.model_validate(value), language) if value else None

    def day(value: str | None) -> str | None:
        return formats.day(date.fromisoformat(value), language) if value else None

    @pass_context
    def moment(context: Context, value: str | None) -> str | None:
        """In the mail's time zone."""
        return formats.moment(datetime.fromisoformat(value), context["time_zone"], language) if value else None

    def hour(value: str | None) -> str | None:
        return formats.hour(time.fromisoformat(value), language) if value else None

    def duration(seconds: float) -> str:
        return formats.duration(timedelta(seconds=seconds), language)

    def card(method: dict[str, str]) -> str:
        """Its brand as people write it; the digits are told by the sentence around it."""
        return method["brand"].title()

    return {"money": money, "day": day, "moment": moment, "hour": hour, "duration": duration, "brand": card}
