"""Events of autopay, as mails tell of them."""

from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.billing.autopay import (
    AutopayAnnounced,
    AutopayAuthorized,
    AutopayDeclined,
    AutopayEnded,
    AutopayMethod,
    AutopayWithheld,
    DebitView,
)
from services.contracts.money import Money
from tests.unit.notifications import samples

VISA = AutopayMethod(id=UUID(int=90), type="card", brand="visa", last4="4242")
INVOICE = UUID(int=91)
_WHOM: dict[str, Any] = {
    "company_id": samples.EVERGREEN,
    "person_kind": "contact",
    "person_id": samples.PRIYA,
    "branch_id": samples.AUSTIN,
    "program_id": None,
}


def authorized(*, replaces: bool = False) -> AutopayAuthorized:
    """Priya has agreed."""
    return AutopayAuthorized(
        **_WHOM,
        replaces=replaces,
        payment_method=VISA,
        version="2026-11",
        text="I authorize Evergreen Grounds.\n\nI can turn autopay off.",
        accepted_at=samples.NOON,
        ip="203.0.113.7",
        user_agent="Firefox",
    )


def asked_to_end() -> AutopayEnded:
    """She has switched it off."""
    return AutopayEnded(**_WHOM, because="asked")


def used_up() -> AutopayEnded:
    """The last try was declined."""
    return AutopayEnded(
        **_WHOM,
        because="retries_used_up",
        invoice_number="INV-2026-00042",
        amount=Money(amount=12_000),
        decline_reason="Your card has insufficient funds.",
    )


def announced(charge_on: date = date(2026, 12, 1), **change: Any) -> AutopayAnnounced:
    """What will be charged; due on the first of December."""
    known: dict[str, Any] = {
        "invoice_id": INVOICE,
        "invoice_number": "INV-2026-00042",
        "due_on": date(2026, 12, 1),
        "charge_on": charge_on,
        "amount": Money(amount=12_000),
        "standing": "planned",
    }
    return AutopayAnnounced(**_WHOM, payment_method=VISA, debits=[DebitView(**{**known, **change})])


def declined(next_try_on: date | None = date(2026, 12, 2)) -> AutopayDeclined:
    """Her card said no."""
    return AutopayDeclined(
        **_WHOM,
        invoice_number="INV-2026-00042",
        amount=Money(amount=12_000),
        decline_reason="Your card has insufficient funds.",
        next_try_on=next_try_on,
    )


def withheld() -> AutopayWithheld:
    """More than her limit."""
    return AutopayWithheld(
        **_WHOM,
        invoice_id=INVOICE,
        invoice_number="INV-2026-00042",
        amount=Money(amount=12_000),
        cap=Money(amount=10_000),
    )
