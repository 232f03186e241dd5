"""Attempts to move the money of a payment intent."""

from typing import Any

from deploy.sandbox.payments import (
    bank_methods,
    cards,
    challenges,
    charges,
    debits,
    declines,
    intents,
    methods,
    outcomes,
    tasks,
)
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.declines import Decline
from deploy.sandbox.payments.events import emit

Json = dict[str, Any]


def attempt(call: Call, intent: Json, method: Json, off_session: bool) -> Json:
    """Pays with the method, asks its holder to authenticate, or records the decline on the intent."""
    intents.check_type(intent, method)
    intent.update(last_payment_error=None, next_action=None, payment_method=method["id"])
    if method["type"] == bank_methods.KIND:
        return debits.attempt(call, intent, method)
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
    card = cards.behaviour(methods.number_of(call, method))
    if card.on_charge:
        return _declined(call, intent, method, card.on_charge)
    outcomes.keep_or_spend(call, intent, method)
    paid = outcomes.succeed(call, intent, charges.succeed(call, intent, method))
    if card.disputed:
        tasks.later(call, "dispute", intent["id"])
    return paid


def fail_authentication(call: Call, intent: Json, method: Json) -> Json:
    """The holder failed or closed the challenge."""
    return outcomes.reopen(call, intent, intents.authentication_failure("payment", method))


def _declined(call: Call, intent: Json, method: Json, decline: Decline) -> Json:
    charge = charges.fail(call, intent, method, decline)
    intent["latest_charge"] = charge["id"]
    return outcomes.reopen(call, intent, intents.decline_error(decline, method, charge["id"]))
