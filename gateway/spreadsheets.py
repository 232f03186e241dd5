"""Tables for spreadsheets: CSV in which no text is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable

from services.contracts.billing.credits import StatementView
from services.contracts.money import Money

MARK = b"\xef\xbb\xbf"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def statement(view: StatementView) -> bytes:
    """A statement, from the balance brought forward to the closing one; amounts are plain numbers."""
    currency = view.closing.currency
    forward = (view.since.isoformat(), "opening", "", "Balance brought forward", "", amount(view.opening), currency)
    lines = (
        (
            each.on.isoformat(),
            each.kind,
            each.number,
            each.description,
            amount(each.amount),
            amount(each.balance),
            currency,
        )
        for each in view.lines
    )
    closing = (view.until.isoformat(), "closing", "", "Balance", "", amount(view.closing), currency)
    head = ("date", "kind", "number", "description", "amount", "balance", "currency")
    return table([head, forward, *lines, closing])


def table(rows: Iterable[Iterable[str]]) -> bytes:
    """The rows as UTF-8 with a mark that spreadsheets know it by."""
    return MARK + lines(rows)


def lines(rows: Iterable[Iterable[str]]) -> bytes:
    """Some rows of a table that is sent piece by piece, after its mark."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [str(cell) if isinstance(cell, Number) else text(cell) for cell in row] for row in rows
    )
    return out.getvalue().encode()


class Number(str):
    """A cell that is a number, so that its sign is no formula."""

    __slots__ = ()


def amount(money: Money) -> Number:
    """In major units, such as -12.50."""
    whole, cents = divmod(abs(money.amount), 100)
    return Number(f"{'-' if money.amount < 0 else ''}{whole}.{cents:02}")


def text(cell: str) -> str:
    """The cell as a spreadsheet shows it: one that it would calculate is marked as text."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
