"""Attempts to move the money of a payment intent."""

from typing import Any

from deploy.sandbox.payments import cards, challenges, charges, declines, intents, methods
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.declines import Decline
from deploy.sandbox.payments.events import emit

Json = dict[str, Any]


def attempt(call: Call, intent: Json, method: Json, off_session: bool) -> Json:
    """Pays with the method, asks its holder to authenticate, or records the decline on the intent."""
    intent.update(last_payment_error=None, next_action=None, payment_method=method["id"])
    set_up = bool(call.store.hidden(method["id"]).get("set_up"))
    if not challenges.needed(cards.behaviour(methods.number_of(call, method)), set_up, off_session):
        return settle(call, intent, method)
    if off_session:
        return _declined(call, intent, method, declines.AUTHENTICATION_REQUIRED)
    challenges.begin(call, intent, method)
    emit(call, "payment_intent.requires_action", intent)
    return intent


def settle(call: Call, intent: Json, method: Json) -> Json:
    """The last step, once nobody needs to authenticate any more."""
    decline = cards.behaviour(methods.number_of(call, method)).on_charge
    if decline:
        return _declined(call, intent, method, decline)
    charge = charges.succeed(call, intent, method)
    intent.update(
        status="succeeded",
        next_action=None,
        latest_charge=charge["id"],
        last_payment_error=None,
        amount_received=intent["amount"],
        payment_method=method["id"],
    )
    call.store.save(intent)
    _keep_or_spend(call, intent, method)
    emit(call, "payment_intent.succeeded", intent)
    return intent


def fail_authentication(call: Call, intent: Json, method: Json) -> Json:
    """The holder failed or closed the challenge."""
    return _reopen(call, intent, intents.authentication_failure("payment", method))


def _declined(call: Call, intent: Json, method: Json, decline: Decline) -> Json:
    charge = charges.fail(call, intent, method, decline)
    intent["latest_charge"] = charge["id"]
    return _reopen(call, intent, intents.decline_error(decline, method, charge["id"]))


def _reopen(call: Call, intent: Json, error: Json) -> Json:
    intent.update(status="requires_payment_method", next_action=None, payment_method=None, last_payment_error=error)
    call.store.save(intent)
    emit(call, "payment_intent.payment_failed", intent)
    return intent


def _keep_or_spend(call: Call, intent: Json, method: Json) -> None:
    """With `setup_future_usage` the customer keeps the method; one of nobody is good for one payment."""
    customer, usage = intent["customer"], intent["setup_future_usage"]
    hidden = call.store.hidden(method["id"])
    if customer and usage:
        call.store.save(method, {**hidden, "set_up": hidden.get("set_up") or usage == "off_session"})
        methods.attach_to(call, method, customer)
    elif method["customer"] is None:
        call.store.save(method, {**hidden, "spent": True})
