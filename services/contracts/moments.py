"""A moment that somebody names, such as the end of an API key."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC: PostgreSQL knows fewer time zones than can be written, and UTC does not reach as far."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this is beyond any calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
