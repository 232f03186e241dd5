"""Finding documents by the numbers that people call them by, with no more work than what is found.

Not LIKE: of that PostgreSQL does not know that it tells nothing of rows that the policy hides, so no index would
serve it.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

YEARS = 6
"""How far back digits alone are looked for: each year counts from one."""


def begins(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Whether the column's text begins so."""
    return column.bool_op("^@")(text)


def numbered(column: InstrumentedAttribute[str], prefix: str, sought: str, year: int) -> ColumnElement[bool]:
    """Whether a number such as INV-2026-00042 begins as `sought`, in any case, or is its year's 42nd."""
    if not (sought.isascii() and sought.isdecimal() and len(sought) <= 9):
        return begins(column, sought.upper())
    return column.in_([f"{prefix}-{each}-{int(sought):05}" for each in range(year, year - YEARS, -1)])
