"""Refunds, whole or in part, never more than was charged."""

from typing import Any

from deploy.sandbox.payments import lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.charges import balance_transaction
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
    refund: Json = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "metadata": call.params.metadata(),
        "payment_intent": charge["payment_intent"],
        "reason": call.params.choice("reason", _REASONS),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    moved = balance_transaction(call, refund["id"], -amount, charge["currency"], "refund")
    refund["balance_transaction"] = moved["id"]
    call.add(refund)
    before = charge["amount_refunded"]
    charge["amount_refunded"] = before + amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.save(charge)
    emit(call, "refund.created", refund)
    emit(call, "charge.refunded", charge, {"amount_refunded": before})
    return refund


def retrieve(call: Call) -> Json:
    """GET /v1/refunds/{id}"""
    return call.get("refund", call.path["id"], "refund")


def listed(call: Call) -> Json:
    """GET /v1/refunds, by `payment_intent` or `charge`."""
    where, values = lists.by_columns(parent=call.params.text("payment_intent"))
    charge = call.params.text("charge")
    if charge:
        where, values = f"{where} AND json_extract(body, '$.charge') = ?", (*values, charge)
    return lists.page(call, "refund", "/v1/refunds", where, values)


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
