"""What a payment has come to, in words that its payer understands."""

from dataclasses import dataclass
from typing import Literal

from gateway.pages.formats import OFFLINE, money, paid_with
from services.contracts.billing.payments import PaymentStatus, PaymentView, RefundStatus
from services.contracts.money import Money

OPEN: frozenset[PaymentStatus] = frozenset(("created", "requires_action", "processing", "unknown"))
RECEIPTED: frozenset[PaymentStatus] = frozenset(("succeeded", "refunded", "disputed", "reversed"))
UNDER_WAY: frozenset[RefundStatus] = frozenset(("created", "unknown", "pending"))


@dataclass(frozen=True)
class Outcome:
    """A heading, and what follows it; `lead` is the sentence that matters most."""

    heading: str
    tone: Literal["good", "notice", "alert"]
    symbol: str
    lead: str
    more: str = ""


def state_of(payment: PaymentView) -> str:
    """The payment's status as a list shows it: one that was paid back in part is no plain success."""
    return "partly_refunded" if payment.status == "succeeded" and payment.refunded else payment.status


def has_receipt(payment: PaymentView) -> bool:
    """Whether it has moved money, whatever became of it since."""
    return payment.status in RECEIPTED


def remaining(payment: PaymentView) -> Money | None:
    """What of it still counts as paid; None where nothing went back."""
    gone = sum(each.amount for each in (payment.refunded, payment.reversed) if each)
    return payment.total.with_amount(payment.total.amount - gone) if gone else None


def outcome_of(payment: PaymentView, *, confirmable: bool) -> Outcome:
    """How the payment stands; `confirmable` is whether whoever looks can confirm it at the bank."""
    match state_of(payment):
        case "succeeded":
            return _paid(payment)
        case "partly_refunded" | "refunded":
            return _refunded(payment)
        case "disputed" | "reversed":
            return _taken_back(payment)
        case "failed":
            return _failed(payment)
        case "requires_action":
            return _to_confirm(payment, confirmable)
        case "processing":
            return _processing()
        case _:
            return _in_doubt()


def _paid(payment: PaymentView) -> Outcome:
    total = money(payment.total)
    if payment.method_type in OFFLINE:
        return Outcome("We have received this payment", "good", "check", f"{total} · {paid_with(payment)}.")
    lead = f"{total} was paid with {paid_with(payment)}."
    return Outcome("Thank you, your payment is complete", "good", "check", lead)


def _refunded(payment: PaymentView) -> Outcome:
    refunded, total = money(payment.refunded or payment.total), money(payment.total)
    under_way = any(each.status in UNDER_WAY for each in payment.refunds)
    went = "is on its way back" if under_way else "was paid back"
    if payment.status == "refunded":
        heading, lead = "This payment was refunded", f"All of it, {refunded}, {went}."
    else:
        heading, lead = "Part of this payment was refunded", f"{refunded} of {total} {went}."
    if payment.method_type in OFFLINE:
        return Outcome(heading, "notice", "info", lead)
    more = f"It goes to {paid_with(payment)}. A bank can take 5 to 10 business days to show it."
    return Outcome(heading, "notice", "info", lead, more)


def _taken_back(payment: PaymentView) -> Outcome:
    if payment.status == "disputed":
        return Outcome(
            "This payment is disputed",
            "alert",
            "alert",
            f"The payer told their bank that this payment of {money(payment.total)} is not right.",
            "The bank holds the money until it has decided, which can take weeks. These invoices count as paid until "
            "then, so please do not pay them again. If this is a mistake, please contact our office.",
        )
    return Outcome(
        "The bank took this payment back",
        "alert",
        "alert",
        f"{money(payment.reversed or payment.total)} went back to the payer's bank account or card.",
        "What this payment had paid is owed again. Please pay it another way, or contact our office.",
    )


def _failed(payment: PaymentView) -> Outcome:
    lead = payment.decline_reason or "Your bank did not accept the payment."
    return Outcome("Your payment was declined", "alert", "alert", lead, "Nothing was charged.")


def _to_confirm(payment: PaymentView, confirmable: bool) -> Outcome:
    if confirmable:
        lead = "Your bank wants to be sure that it is you. Nothing is charged until you confirm."
        return Outcome("Confirm your payment", "notice", "clock", lead)
    lead = f"The bank wants a confirmation by {payment.payer}. Nothing is charged until then."
    return Outcome("This payment waits to be confirmed", "notice", "clock", lead)


def _processing() -> Outcome:
    return Outcome(
        "Your payment is being processed",
        "notice",
        "clock",
        "Your bank has the payment and has not decided yet. A bank account can take several business days.",
        "You need not do anything, and these invoices cannot be paid a second time meanwhile.",
    )


def _in_doubt() -> Outcome:
    return Outcome(
        "We are checking your payment",
        "notice",
        "clock",
        "We do not know yet whether your payment went through. We keep asking our payment provider.",
        "Please do not pay again: these invoices cannot be paid a second time meanwhile.",
    )
