"""What happens to money after the answer: debits end, disputes open, refunds arrive or come back."""

from collections.abc import Callable
from typing import Any

from deploy.sandbox.payments import cards, checkout, debits, disputes, methods, microdeposits, refunds, verification
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.returns import RETURNS, Return

Json = dict[str, Any]


def end_debit(call: Call, intent_id: str) -> Json:
    """Clears or returns a debit, as its test account is documented to."""
    return checkout.follow(call, debits.end(call, _intent(call, intent_id, "processing")))


def clear_debit(call: Call, intent_id: str) -> Json:
    """The bank pays now, whatever the account."""
    return checkout.follow(call, debits.clear(call, _intent(call, intent_id, "processing")))


def fail_debit(call: Call, intent_id: str, cause: Return) -> Json:
    """The bank sends the debit back now."""
    return checkout.follow(call, debits.fail(call, _intent(call, intent_id, "processing"), cause))


def return_debit(call: Call, intent_id: str, cause: Return = RETURNS["R10"]) -> Json:
    """The bank sends a debit back that had succeeded; answers the dispute."""
    intent = _intent(call, intent_id, "succeeded")
    _undisputed(call, intent, "us_bank_account")
    return debits.take_back(call, intent, cause)


def open_dispute(call: Call, intent_id: str, reason: str, inquiry: bool) -> Json:
    """A card's bank disputes a payment; answers the dispute."""
    return disputes.begin(call, _undisputed(call, _intent(call, intent_id, "succeeded"), "card"), reason, inquiry)


def settle_refund(call: Call, refund_id: str) -> Json:
    """A refund under way arrives."""
    return refunds.settle(call, call.get("refund", refund_id, "refund"))


def fail_refund(call: Call, refund_id: str, reason: str = "expired_or_canceled_card") -> Json:
    """A refund comes back."""
    return refunds.fail(call, call.get("refund", refund_id, "refund"), reason)


def _fail_microdeposits(call: Call, intent_id: str) -> Json:
    kind = "payment_intent" if intent_id.startswith("pi_") else "setup_intent"
    intent = call.get(kind, intent_id, kind)
    if microdeposits.waits(intent):
        verification.conclude(call, intent, microdeposits.NOT_DELIVERED)
    return intent


def _dispute_as_documented(call: Call, intent_id: str) -> Json:
    charge = _undisputed(call, _intent(call, intent_id, "succeeded"), "card")
    method = call.get("payment_method", charge["payment_method"], "PaymentMethod")
    card = cards.behaviour(methods.number_of(call, method))
    return disputes.begin(call, charge, card.disputed or "general", card.inquiry)


ACTS: dict[str, Callable[[Call, str], Json]] = {
    "end_debit": end_debit,
    "return_debit": return_debit,
    "fail_microdeposits": _fail_microdeposits,
    "dispute": _dispute_as_documented,
    "settle_refund": settle_refund,
    "fail_refund": fail_refund,
}


def _intent(call: Call, intent_id: str, status: str) -> Json:
    intent = call.get("payment_intent", intent_id, "payment_intent")
    if intent["status"] != status:
        raise invalid(f"The payment is {intent['status']}, not {status}.", code="payment_intent_unexpected_state")
    return intent


def _undisputed(call: Call, intent: Json, kind: str) -> Json:
    charge = call.get("charge", intent["latest_charge"], "charge")
    if charge["payment_method_details"]["type"] != kind:
        raise invalid(f"The payment was not made with a {kind}.", code="payment_intent_unexpected_state")
    if charge["disputed"] or charge["refunded"]:
        raise invalid("The payment is disputed or refunded already.", code="payment_intent_unexpected_state")
    return charge
