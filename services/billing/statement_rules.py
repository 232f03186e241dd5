"""The rules of a statement: what each entry is called there, and how the balance runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.contracts.billing.credits import StatementLine
from services.contracts.money import Money

Kind = Literal["invoice", "void", "payment", "credit", "credit_taken_back", "refund", "reversal"]

NAMED = 3
"""How many of a line's invoices are named."""


@dataclass(frozen=True)
class Movement:
    """What one entry has done to the invoices of a statement on a day; `amount` in minor units, owed is positive."""

    on: date
    entry_kind: str
    number: str
    amount: int
    invoices: list[str]
    services: str


KINDS: Mapping[str, Kind] = {
    "invoice_shared": "invoice",
    "invoice_voided": "void",
    "payment_succeeded": "payment",
    "payment_recorded": "payment",
    "credit_applied": "credit",
    "credit_unapplied": "credit_taken_back",
    "refund_made": "refund",
    "refund_failed": "refund",
    "dispute_lost": "reversal",
}
DESCRIPTIONS = {
    "invoice_shared": "{services}",
    "invoice_voided": "Taken back",
    "payment_succeeded": "Payment of {invoices}",
    "payment_recorded": "Payment of {invoices}",
    "credit_applied": "Credit applied to {invoices}",
    "credit_unapplied": "Credit taken back from {invoices}",
    "refund_made": "Refund; owed again: {invoices}",
    "refund_failed": "Refund that did not arrive; paid again: {invoices}",
    "dispute_lost": "Payment taken back by the bank; owed again: {invoices}",
}


def lines(opening: int, movements: Iterable[Movement], currency: str) -> list[StatementLine]:
    """The movements with the balance after each."""
    balance, found = opening, []
    for each in movements:
        balance += each.amount
        found.append(
            StatementLine(
                on=each.on,
                kind=KINDS[each.entry_kind],
                number=each.number,
                description=_description(each),
                amount=Money(amount=each.amount, currency=currency),
                balance=Money(amount=balance, currency=currency),
            )
        )
    return found


def _description(movement: Movement) -> str:
    named = ", ".join(movement.invoices[:NAMED])
    more = len(movement.invoices) - NAMED
    invoices = f"{named} and {more} more" if more > 0 else named
    return DESCRIPTIONS[movement.entry_kind].format(services=movement.services, invoices=invoices)
