"""Charges and their balance transactions: what really moved, or failed to."""

from typing import Any

from deploy.sandbox.payments import lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.declines import Decline
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]


def retrieve(call: Call) -> Json:
    """GET /v1/charges/{id}"""
    return call.get("charge", call.path["id"], "charge")


def listed(call: Call) -> Json:
    """GET /v1/charges, by `customer` or `payment_intent`."""
    params = call.params
    where, values = lists.by_columns(customer=params.text("customer"), parent=params.text("payment_intent"))
    return lists.page(call, "charge", "/v1/charges", where, values)


def retrieve_balance_transaction(call: Call) -> Json:
    """GET /v1/balance_transactions/{id}"""
    return call.get("balance_transaction", call.path["id"], "balance transaction")


def succeed(call: Call, intent: Json, method: Json) -> Json:
    """Moves the money of an intent."""
    charge = _charge(call, intent, method)
    charge["balance_transaction"] = balance_transaction(call, charge["id"], charge["amount"], intent["currency"])["id"]
    charge.update(amount_captured=charge["amount"], captured=True, paid=True, status="succeeded")
    charge["outcome"] = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 32,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    call.add(charge)
    emit(call, "charge.succeeded", charge)
    return charge


def fail(call: Call, intent: Json, method: Json, decline: Decline) -> Json:
    """Records an attempt that the bank refused."""
    charge = _charge(call, intent, method)
    charge.update(failure_code=decline.code, failure_message=decline.message, status="failed")
    charge["outcome"] = {
        "advice_code": "try_again_later",
        "network_advice_code": None,
        "network_decline_code": "01",
        "network_status": "declined_by_network",
        "reason": decline.decline_code or decline.code,
        "risk_level": "normal",
        "risk_score": 32,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    call.add(charge)
    emit(call, "charge.failed", charge)
    return charge


def balance_transaction(call: Call, source: str, amount: int, currency: str, kind: str = "charge") -> Json:
    """What a movement leaves on the account's balance; a charge costs 2.9 % and 30 cents."""
    fee = round(amount * 0.029) + 30 if kind == "charge" else 0
    details = (
        [
            {
                "amount": fee,
                "application": None,
                "currency": currency,
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ]
        if fee
        else []
    )
    return call.add(
        {
            "id": new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": call.now + 2 * 86_400,
            "created": call.now,
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details,
            "net": amount - fee,
            "reporting_category": kind,
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )


def _charge(call: Call, intent: Json, method: Json) -> Json:
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
        "payment_method_details": _method_details(intent, method),
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


def _method_details(intent: Json, method: Json) -> Json:
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
