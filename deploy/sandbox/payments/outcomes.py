"""How an attempt of a payment intent ends, whatever it was paid with."""

from typing import Any

from deploy.sandbox.payments import methods
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.events import emit

Json = dict[str, Any]


def succeed(call: Call, intent: Json, charge: Json) -> Json:
    """The money is there."""
    intent.update(
        status="succeeded",
        next_action=None,
        latest_charge=charge["id"],
        last_payment_error=None,
        amount_received=intent["amount"],
        payment_method=charge["payment_method"],
    )
    call.store.save(intent)
    emit(call, "payment_intent.succeeded", intent)
    return intent


def reopen(call: Call, intent: Json, error: Json) -> Json:
    """Another method may try; `last_payment_error` says why this one could not."""
    intent.update(status="requires_payment_method", next_action=None, payment_method=None, last_payment_error=error)
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)
    return intent


def keep_or_spend(call: Call, intent: Json, method: Json) -> None:
    """With `setup_future_usage` the customer keeps the method; one of nobody is good for one payment."""
    customer, usage = intent["customer"], intent["setup_future_usage"]
    hidden = call.store.hidden(method["id"])
    if customer and usage:
        call.store.save(method, {**hidden, "set_up": hidden.get("set_up") or usage == "off_session"})
        methods.attach_to(call, method, customer)
    elif method["customer"] is None:
        call.store.save(method, {**hidden, "spent": True})
