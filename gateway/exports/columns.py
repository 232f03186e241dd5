"""Columns of exported lists: what each is called, and how a value stands in its cell."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from gateway.spreadsheets import Number, amount
from services.contracts.money import Money

Column = tuple[str, Callable[[Any], Any]]
"""A header, and what of an item stands under it."""


def plain(*names: str) -> tuple[Column, ...]:
    """Fields under their own names; `property.name` reads a field of a field, and is headed `property_name`."""
    return tuple((name.replace(".", "_"), _reader(name)) for name in names)


def named(header: str, path: str) -> Column:
    """A field under another name."""
    return header, _reader(path)


def address(path: str) -> tuple[Column, ...]:
    """A postal address, under the names that an import reads it by."""
    return tuple(named(part, f"{path}.{part}") for part in ("line1", "line2", "city", "state", "zip"))


def money(first: str, *others: str) -> tuple[Column, ...]:
    """Amounts, and the currency that they are in."""
    return (*plain(first, *others), named("currency", f"{first}.currency"))


def cell(value: Any) -> str:
    """As a spreadsheet and a program read it: moments in ISO 8601 with their zone, amounts as decimals."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Money():
            return amount(value)
        case int() | Decimal():
            return Number(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return " | ".join(cell(each) for each in value)
    return str(value)


def _reader(path: str) -> Callable[[Any], Any]:
    names = path.split(".")
    return lambda item: reduce(_part, names, item)


def _part(item: Any, name: str) -> Any:
    return None if item is None else getattr(item, name)
