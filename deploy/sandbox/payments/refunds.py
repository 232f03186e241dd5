"""Refunds, whole or in part, never more than was charged."""

from typing import Any

from deploy.sandbox.payments import balance, cards, disputes, lists, methods, tasks
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import StripeError, invalid
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]

CREATE = frozenset({"payment_intent", "charge", "amount", "reason", "metadata", "refund_application_fee", "expand"})
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Json:
    """POST /v1/refunds for a `payment_intent` or a `charge`; what is left of it unless `amount` says less."""
    charge = _charge(call)
    amount = _amount(call, charge)
    method, act = charge["payment_method_details"]["type"], _act(call, charge)
    refund: Json = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": _destination(method),
        "metadata": call.params.metadata(),
        "payment_intent": charge["payment_intent"],
        "reason": call.params.choice("reason", _REASONS),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if act == "settle_refund" else "succeeded",
        "transfer_reversal": None,
    }
    kind = "refund" if method == "card" else "payment_refund"
    moved = balance.record(call, kind, refund["id"], -amount, charge["currency"], category="refund")
    refund["balance_transaction"] = moved["id"]
    call.add(refund)
    if act:
        tasks.later(call, act, refund["id"])
    emit(call, "refund.created", refund)
    emit(call, "charge.refunded", *_counted(call, charge, amount))
    return refund


def settle(call: Call, refund: Json) -> Json:
    """The money has arrived."""
    if refund["status"] != "pending":
        raise _refused(f"The refund is {refund['status']}, not pending.", "refund_unexpected_state")
    tasks.drop(call.store, refund["id"])
    refund["status"] = "succeeded"
    call.store.save(refund)
    emit(call, "refund.updated", refund, {"status": "pending"})
    emit(call, "charge.refund.updated", refund, {"status": "pending"})
    return refund


def fail(call: Call, refund: Json, reason: str) -> Json:
    """The money came back from the bank: the charge counts as that much less refunded."""
    before = refund["status"]
    if before == "failed":
        raise _refused("The refund has failed already.", "refund_unexpected_state")
    tasks.drop(call.store, refund["id"])
    moved = balance.record(call, "refund_failure", refund["id"], refund["amount"], refund["currency"])
    refund.update(status="failed", failure_reason=reason, failure_balance_transaction=moved["id"])
    call.store.save(refund)
    _counted(call, call.get("charge", refund["charge"], "charge"), -refund["amount"])
    for kind in ("refund.failed", "refund.updated", "charge.refund.updated"):
        emit(call, kind, refund, {"status": before})
    return refund


def retrieve(call: Call) -> Json:
    """GET /v1/refunds/{id}"""
    return call.get("refund", call.path["id"], "refund")


def listed(call: Call) -> Json:
    """GET /v1/refunds, by `payment_intent` or `charge`."""
    where, values = lists.by_fields(call, "payment_intent", "charge")
    return lists.page(call, "refund", "/v1/refunds", where, values)


def _act(call: Call, charge: Json) -> str | None:
    """What will happen to the refund by itself."""
    method = call.get("payment_method", charge["payment_method"], "PaymentMethod")
    if method["type"] != "card":
        return "settle_refund"
    acts = {cards.Refund.ARRIVES_LATER: "settle_refund", cards.Refund.COMES_BACK: "fail_refund"}
    return acts.get(cards.behaviour(methods.number_of(call, method)).refund)


def _destination(method: str) -> Json:
    if method == "card":
        return {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"}
    return {"type": method, method: {}}


def _counted(call: Call, charge: Json, amount: int) -> tuple[Json, Json]:
    """The charge with that much more refunded, and what it said before."""
    before = charge["amount_refunded"]
    charge["amount_refunded"] = before + amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    return call.store.save(charge), {"amount_refunded": before}


def _charge(call: Call) -> Json:
    charge_id, intent_id = call.params.text("charge"), call.params.text("payment_intent")
    if intent_id:
        intent = call.get("payment_intent", intent_id, "payment_intent", "payment_intent")
        charge_id = intent["latest_charge"]
        if intent["status"] != "succeeded" or charge_id is None:
            raise invalid(
                "This PaymentIntent does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                kept=True,
            )
    if not charge_id:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    charge = call.get("charge", charge_id, "charge", "charge")
    if charge["refunded"]:
        raise _refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    if not charge["paid"]:
        raise _refused(f"Charge {charge['id']} did not succeed and cannot be refunded.", "charge_not_refundable")
    disputes.refuse_refund(call, charge)
    return charge


def _amount(call: Call, charge: Json) -> int:
    left = int(charge["amount"] - charge["amount_refunded"])
    amount = call.params.integer("amount")
    if amount is None:
        return left
    if amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise _refused(
            f"Refund amount ({amount} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({left} {charge['currency']})",
            "amount_too_large",
            "amount",
        )
    return amount


def _refused(message: str, code: str, param: str | None = None) -> StripeError:
    return invalid(message, param, code, kept=True)
