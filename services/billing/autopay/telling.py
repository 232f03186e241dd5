"""What the person who authorized autopay is told of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.billing.autopay_models import Authorization, Autopay
from services.billing.method_models import PaymentMethod
from services.billing.models import Invoice, Payment
from services.chassis.work import Work
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


def authorized(work: Work, autopay: Autopay, given: Authorization, method: PaymentMethod, *, replaces: bool) -> None:
    """A copy of what they agreed to."""
    work.announce(
        AutopayAuthorized(
            **_whom(autopay),
            replaces=replaces,
            payment_method=method_of(method),
            version=given.version,
            text=given.wording,
            accepted_at=given.accepted_at,
            ip=given.ip,
            user_agent=given.user_agent,
        )
    )


def announced(work: Work, autopay: Autopay, method: PaymentMethod, debits: Sequence[DebitView]) -> None:
    """What will be charged, and when."""
    work.announce(AutopayAnnounced(**_whom(autopay), payment_method=method_of(method), debits=list(debits)))


def ended(work: Work, autopay: Autopay) -> None:
    """They switched it off."""
    work.announce(AutopayEnded(**_whom(autopay), because="asked"))


def used_up(work: Work, autopay: Autopay, payment: Payment, invoice: Invoice) -> None:
    """The last try was declined, and autopay is off."""
    work.announce(
        AutopayEnded(
            **_whom(autopay),
            because="retries_used_up",
            invoice_number=invoice.number,
            amount=Money(amount=payment.total, currency=payment.currency),
            decline_reason=payment.decline_reason,
        )
    )


def declined(
    work: Work, autopay: Autopay, invoice: Invoice, amount: int, because: str, next_try_on: date | None
) -> None:
    """What was declined, and what happens next."""
    work.announce(
        AutopayDeclined(
            **_whom(autopay),
            invoice_number=invoice.number,
            amount=Money(amount=amount, currency=invoice.currency),
            decline_reason=because,
            next_try_on=next_try_on,
        )
    )


def withheld(work: Work, autopay: Autopay, invoice: Invoice, cap: int) -> None:
    """More than their own limit: it is theirs to pay."""
    work.announce(
        AutopayWithheld(
            **_whom(autopay),
            invoice_id=invoice.id,
            invoice_number=invoice.number,
            amount=Money(amount=invoice.balance, currency=invoice.currency),
            cap=Money(amount=cap, currency=invoice.currency),
        )
    )


def method_of(method: PaymentMethod) -> AutopayMethod:
    """What a payer recognises it by."""
    return AutopayMethod(id=method.id, type=method.type, brand=method.brand, last4=method.last4)


def _whom(autopay: Autopay) -> dict[str, Any]:
    """Whoever authorized it."""
    return {
        "company_id": autopay.company_id,
        "person_kind": "contact",
        "person_id": autopay.authorized_by_id,
        "branch_id": autopay.branch_id,
        "program_id": autopay.program_id,
    }
