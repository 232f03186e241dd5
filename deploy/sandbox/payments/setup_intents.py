"""Setup intents: saving a method for later."""

from typing import Any

from deploy.sandbox.payments import bank_methods, cards, challenges, intents, lists, mandates, methods, microdeposits
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import unexpected_state
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.ids import client_secret, new_id

Json = dict[str, Any]

UPDATE = frozenset({"customer", "description", "metadata", "payment_method", "payment_method_types", "expand"})
CONFIRM = intents.CONFIRM
CREATE = UPDATE | CONFIRM | {"confirm", "usage", "automatic_payment_methods", "single_use"}
CANCEL = frozenset({"cancellation_reason", "expand"})
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(call: Call) -> Json:
    """POST /v1/setup_intents"""
    intent = open_intent(call, call.params)
    return _confirmed(call, intent) if call.params.flag("confirm") else intent


def open_intent(call: Call, params: Params, hidden: Json | None = None) -> Json:
    """A stored, unconfirmed intent."""
    kinds, automatic = intents.method_types(params)
    intent = _blank(call)
    intent.update(payment_method_types=kinds, automatic_payment_methods=automatic)
    intent["usage"] = params.choice("usage", ("on_session", "off_session"), "off_session")
    _apply(call, intent, params)
    call.add(intent, hidden)
    emit(call, "setup_intent.created", intent)
    return intent


def retrieve(call: Call) -> Json:
    """GET /v1/setup_intents/{id}"""
    return intents.shown(call, intents.load(call, "setup"))


def listed(call: Call) -> Json:
    """GET /v1/setup_intents, by `customer`."""
    where, values = lists.by_columns(customer=call.params.text("customer"))
    return lists.page(call, "setup_intent", "/v1/setup_intents", where, values)


def update(call: Call) -> Json:
    """POST /v1/setup_intents/{id}"""
    intent = intents.load(call, "setup")
    _apply(call, intent, call.params)
    return call.store.save(intent)


def confirm(call: Call) -> Json:
    """POST /v1/setup_intents/{id}/confirm"""
    intent = intents.load(call, "setup")
    intents.refuse_checkout(call, intent, "setup", "confirm")
    return intents.shown(call, _confirmed(call, intent))


def cancel(call: Call) -> Json:
    """POST /v1/setup_intents/{id}/cancel"""
    intent = intents.load(call, "setup")
    intents.refuse_checkout(call, intent, "setup", "cancel")
    intents.refuse_state(call, intent, "setup", "cancel", _OPEN)
    reasons = ("abandoned", "requested_by_customer", "duplicate")
    return canceled(call, intent, call.params.choice("cancellation_reason", reasons))


def canceled(call: Call, intent: Json, reason: str | None) -> Json:
    """Ends an intent that has not succeeded."""
    intent.update(status="canceled", cancellation_reason=reason, next_action=None)
    call.store.save(intent)
    emit(call, "setup_intent.canceled", intent)
    return intent


def attempt(call: Call, intent: Json, method: Json) -> Json:
    """Saves the method, asks its holder to authenticate, or records the decline on the intent."""
    intents.check_type(intent, method)
    intent.update(last_setup_error=None, next_action=None, payment_method=method["id"])
    if method["type"] == bank_methods.KIND:
        return _attempt_bank(call, intent, method)
    card = cards.behaviour(methods.number_of(call, method))
    if card.on_attach:
        return reopen(call, intent, intents.decline_error(card.on_attach, method))
    if challenges.needed(card, False, card.challenge is cards.Challenge.ON_SESSION):
        challenges.begin(call, intent, method)
        emit(call, "setup_intent.requires_action", intent)
        return intent
    return settle(call, intent, method)


def _attempt_bank(call: Call, intent: Json, method: Json) -> Json:
    bank_methods.refuse_blocked(method)
    intent["mandate"] = mandates.for_setup(call, method)["id"]
    if not microdeposits.needed(call, intent, method):
        return settle(call, intent, method)
    microdeposits.begin(call, intent, method, intent["mandate"])
    emit(call, "setup_intent.requires_action", intent)
    return intent


def settle(call: Call, intent: Json, method: Json) -> Json:
    """The last step, once nobody needs to authenticate any more."""
    intent.update(status="succeeded", next_action=None, payment_method=method["id"], last_setup_error=None)
    call.store.save(intent)
    hidden = call.store.hidden(method["id"])
    call.store.save(method, {**hidden, "set_up": intent["usage"] == "off_session"})
    if intent["mandate"]:
        mandates.activate(call, intent["mandate"], method)
    if intent["customer"]:
        methods.attach_to(call, method, intent["customer"])
    emit(call, "setup_intent.succeeded", intent)
    return intent


def fail_authentication(call: Call, intent: Json, method: Json) -> Json:
    """The holder failed or closed the challenge."""
    return reopen(call, intent, intents.authentication_failure("setup", method))


def reopen(call: Call, intent: Json, error: Json) -> Json:
    """Another method may try; `last_setup_error` says why this one could not."""
    intent.update(status="requires_payment_method", next_action=None, payment_method=None, last_setup_error=error)
    call.store.save(intent)
    emit(call, "setup_intent.setup_failed", intent)
    return intent


def _confirmed(call: Call, intent: Json) -> Json:
    intents.refuse_state(call, intent, "setup", "confirm", _OPEN)
    intents.require_return_url(call, intent)
    method = intents.chosen_method(call, call.params, intent["customer"], intent["payment_method"])
    if method is None:
        raise unexpected_state(
            "setup",
            intents.shown(call, intent),
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a "
            "payment method and then confirm it again.",
        )
    attempt(call, intent, method)
    intents.raise_decline(call, intent, "setup")
    return intent


def _apply(call: Call, intent: Json, params: Params) -> None:
    if "payment_method_types" in params:
        intent["payment_method_types"], intent["automatic_payment_methods"] = intents.method_types(params)
    if "payment_method_options" in params:
        intent["payment_method_options"].update(params.nested("payment_method_options").values)
    if "description" in params:
        intent["description"] = params.text("description")
    if "customer" in params:
        intent["customer"] = call.get("customer", params.required("customer"), "customer", "customer")["id"]
    intent["metadata"] = params.metadata(intent["metadata"])
    if "payment_method" in params and not params.flag("confirm"):
        method = intents.chosen_method(call, params, intent["customer"], None)
        intent["payment_method"] = method["id"] if method else None
        intent["status"] = "requires_confirmation" if method else "requires_payment_method"


def _blank(call: Call) -> Json:
    intent_id = new_id("seti")
    return {
        "id": intent_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": client_secret(intent_id),
        "created": call.now,
        "customer": None,
        "description": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
