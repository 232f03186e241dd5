"""What cells of a CSV file say, as spreadsheets write it: amounts, days, yes and no, lists."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from services.contracts.money import MAX_AMOUNT

_AMOUNT = re.compile(r"-?\$?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})


def cents(cell: object) -> int:
    """Minor units of `1234.5`, `1,234.50` or `$1,234.50`; raises ValueError for everything else."""
    text = str(cell)
    if not _AMOUNT.fullmatch(text):
        raise ValueError("this is no amount")
    found = int(Decimal(text.replace("$", "").replace(",", "")) * 100)
    if abs(found) > MAX_AMOUNT:
        raise ValueError("this is too much")
    return found


def day(cell: object) -> date:
    """The day of `2026-03-31`, or of `3/31/2026`, into which American spreadsheets turn it."""
    text = str(cell)
    if "/" in text:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  # a day has no zone
    return date.fromisoformat(text)


def agreed(cell: object) -> bool:
    """Yes or no."""
    word = str(cell).lower()
    if word not in _YES | _NO:
        raise ValueError("this is neither yes nor no")
    return word in _YES


def zip_code(cell: object) -> object:
    """A ZIP code with the zeros at its front that spreadsheets take for a number's."""
    text = str(cell)
    return text.zfill(5) if text.isascii() and text.isdigit() and len(text) in (3, 4) else text


def several(cell: object) -> list[str]:
    """The parts of a cell, which bars divide."""
    return [part.strip() for part in str(cell).split("|") if part.strip()]


def _no_break(text: str) -> str:
    if any(each in text for each in "\r\n\t"):
        raise ValueError("this is on several lines")
    return text


Cents = Annotated[int, BeforeValidator(cents)]
Day = Annotated[date, BeforeValidator(day)]
Agreed = Annotated[bool, BeforeValidator(agreed)]
Parts = Annotated[list[str], BeforeValidator(several)]
State = Annotated[str, BeforeValidator(lambda cell: str(cell).upper()), StringConstraints(pattern=r"^[A-Z]{2}$")]
Zip = Annotated[str, BeforeValidator(zip_code), StringConstraints(pattern=r"^\d{5}(-\d{4})?$")]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_break)]
"""What another system, or a person, calls something."""
