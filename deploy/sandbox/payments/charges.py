"""Charges and their balance transactions: what really moved, or failed to."""

from typing import Any

from deploy.sandbox.payments import balance, bank_methods, lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.declines import Decline
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.ids import new_id
from deploy.sandbox.payments.returns import Return

Json = dict[str, Any]


def retrieve(call: Call) -> Json:
    """GET /v1/charges/{id}"""
    return call.get("charge", call.path["id"], "charge")


def listed(call: Call) -> Json:
    """GET /v1/charges, by `customer` or `payment_intent`."""
    params = call.params
    where, values = lists.by_columns(customer=params.text("customer"), parent=params.text("payment_intent"))
    return lists.page(call, "charge", "/v1/charges", where, values)


def succeed(call: Call, intent: Json, method: Json) -> Json:
    """Moves the money of an intent."""
    charge = _charge(call, intent, method, _card_details(intent, method))
    _book(call, charge)
    charge["outcome"] = _outcome("approved_by_network", "Payment complete.", "authorized")
    call.add(charge)
    emit(call, "charge.succeeded", charge)
    return charge


def open_debit(call: Call, intent: Json, method: Json, mandate_id: str) -> Json:
    """Records a debit that the bank has yet to carry out."""
    charge = _charge(call, intent, method, bank_methods.details_of_charge(method, mandate_id))
    charge["outcome"] = _outcome("approved_by_network", "Payment complete.", "authorized")
    call.add(charge)
    emit(call, "charge.pending", charge)
    return charge


def clear_debit(call: Call, charge: Json) -> Json:
    """Moves the money of a debit."""
    _book(call, charge)
    call.store.save(charge)
    emit(call, "charge.succeeded", charge)
    return charge


def return_debit(call: Call, charge: Json, cause: Return) -> Json:
    """Records that the bank sent a debit back."""
    charge.update(failure_code=cause.failure_code, failure_message=cause.message, status="failed")
    charge["outcome"] = {
        **_outcome("declined_by_network", cause.message, "issuer_declined"),
        "network_decline_code": cause.network_code,
        "reason": cause.failure_code,
    }
    call.store.save(charge)
    emit(call, "charge.failed", charge)
    return charge


def fail(call: Call, intent: Json, method: Json, decline: Decline) -> Json:
    """Records an attempt that the bank refused."""
    charge = _charge(call, intent, method, _card_details(intent, method))
    charge.update(failure_code=decline.code, failure_message=decline.message, status="failed")
    told = "The bank did not return any further details with this decline."
    charge["outcome"] = {
        **_outcome("declined_by_network", told, "issuer_declined"),
        "advice_code": "try_again_later",
        "network_decline_code": "01",
        "reason": decline.decline_code or decline.code,
    }
    call.add(charge)
    emit(call, "charge.failed", charge)
    return charge


def _book(call: Call, charge: Json) -> None:
    method = charge["payment_method_details"]["type"]
    kind, fee = "charge" if method == "card" else "payment", balance.fee_of(charge["amount"], method)
    moved = balance.record(call, kind, charge["id"], charge["amount"], charge["currency"], fee, "charge")
    charge.update(amount_captured=charge["amount"], captured=True, paid=True, status="succeeded")
    charge["balance_transaction"] = moved["id"]


def _outcome(network_status: str, seller_message: str, kind: str) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "risk_score": 32,
        "seller_message": seller_message,
        "type": kind,
    }


def _charge(call: Call, intent: Json, method: Json, details: Json) -> Json:
    charge_id = new_id("ch")
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": intent["statement_descriptor"] or "PORTICO SANDBOX",
        "captured": False,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{call.base_url}/receipts/{charge_id}",
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def _card_details(intent: Json, method: Json) -> Json:
    card = method["card"]
    shown = {
        name: card[name]
        for name in (
            "brand",
            "checks",
            "country",
            "exp_month",
            "exp_year",
            "fingerprint",
            "funding",
            "last4",
            "regulated_status",
            "wallet",
        )
    }
    shown.update(
        amount_authorized=intent["amount"],
        authorization_code="123456",
        installments=None,
        mandate=None,
        network=card["brand"],
        three_d_secure=None,
    )
    return {"card": shown, "type": "card"}
