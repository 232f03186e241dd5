"""Balance transactions: every movement on an account's balance, with its fee."""

from typing import Any

from deploy.sandbox.payments import lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]

DISPUTE_FEE = 1500


def retrieve(call: Call) -> Json:
    """GET /v1/balance_transactions/{id}"""
    return call.get("balance_transaction", call.path["id"], "balance transaction")


def listed(call: Call) -> Json:
    """GET /v1/balance_transactions, by `type`, `source`, `currency` and `created`."""
    where, values = lists.by_fields(call, "type", "source", "currency")
    return lists.page(call, "balance_transaction", "/v1/balance_transactions", where, values)


def fee_of(amount: int, method_type: str) -> int:
    """A card costs 2.9 % and 30 cents, a bank debit 0.8 % and at most 5.00."""
    if method_type == "us_bank_account":
        return min(round(amount * 0.008), 500)
    return round(amount * 0.029) + 30


def record(call: Call, kind: str, source: str, amount: int, currency: str, fee: int = 0, category: str = "") -> Json:
    """Books a movement of `kind` (charge, payment, refund, adjustment…); negative amounts leave the account."""
    details = {"amount": fee, "application": None, "currency": currency, "type": "stripe_fee"}
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
            "fee_details": [{**details, "description": "Stripe processing fees"}] if fee else [],
            "net": amount - fee,
            "reporting_category": category or kind,
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )
