"""Payment intents from creation to the end."""

from typing import Any

from deploy.sandbox.payments import attempts, debits, intents, lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid, unexpected_state
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.ids import client_secret, new_id

Json = dict[str, Any]

_DESCRIPTIVE = frozenset(
    {
        "description",
        "metadata",
        "receipt_email",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
    }
)
UPDATE = _DESCRIPTIVE | {
    "amount",
    "currency",
    "customer",
    "payment_method",
    "payment_method_data",
    "payment_method_types",
    "payment_method_options",
    "setup_future_usage",
    "expand",
}
CONFIRM = intents.CONFIRM | {
    "off_session",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "error_on_requires_action",
    "mandate",
    "payment_method_types",
}
CREATE = UPDATE | CONFIRM | {"confirm", "automatic_payment_methods", "capture_method", "confirmation_method"}
CANCEL = frozenset({"cancellation_reason", "expand"})

_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
_CANCEL_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
_LEAST = {"usd": 50, "cad": 50, "eur": 50, "gbp": 30}


def create(call: Call) -> Json:
    """POST /v1/payment_intents"""
    intent = open_intent(call, call.params)
    if call.params.flag("confirm"):
        return _confirmed(call, intent)
    if "off_session" in call.params:
        raise invalid("You can only set off_session when confirming the PaymentIntent.", "off_session")
    return intent


def open_intent(call: Call, params: Params, hidden: Json | None = None) -> Json:
    """A stored, unconfirmed intent."""
    intent = _blank(call, _amount(params), params.required("currency").lower())
    kinds, automatic = intents.method_types(params, intent["currency"])
    intent.update(payment_method_types=kinds, automatic_payment_methods=automatic)
    intent["capture_method"] = params.choice("capture_method", ("automatic", "automatic_async"), "automatic_async")
    intent["payment_method_options"] = params.nested("payment_method_options").values or {"card": {}}
    _apply(call, intent, params)
    call.add(intent, hidden)
    emit(call, "payment_intent.created", intent)
    return intent


def retrieve(call: Call) -> Json:
    """GET /v1/payment_intents/{id}"""
    return intents.shown(call, intents.load(call, "payment"))


def listed(call: Call) -> Json:
    """GET /v1/payment_intents, by `customer`."""
    where, values = lists.by_columns(customer=call.params.text("customer"))
    return lists.page(call, "payment_intent", "/v1/payment_intents", where, values)


def update(call: Call) -> Json:
    """POST /v1/payment_intents/{id}"""
    intent = intents.load(call, "payment")
    beyond = set(call.params.values) - _DESCRIPTIVE - {"expand"}
    if beyond and intent["status"] not in _CONFIRMABLE:
        message = f"This PaymentIntent's {min(beyond)} could not be updated because it has a status of "
        raise unexpected_state("payment", intent, f"{message}{intent['status']}.")
    if "amount" in call.params:
        intent["amount"] = _amount(call.params)
    if "payment_method_types" in call.params:
        kinds, automatic = intents.method_types(call.params, intent["currency"])
        intent.update(payment_method_types=kinds, automatic_payment_methods=automatic)
    _apply(call, intent, call.params)
    return call.store.save(intent)


def confirm(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/confirm"""
    intent = intents.load(call, "payment")
    intents.refuse_checkout(call, intent, "payment", "confirm")
    return intents.shown(call, _confirmed(call, intent))


def cancel(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/cancel"""
    intent = intents.load(call, "payment")
    intents.refuse_checkout(call, intent, "payment", "cancel")
    intents.refuse_state(call, intent, "payment", "cancel", _CANCELABLE)
    return canceled(call, intent, call.params.choice("cancellation_reason", _CANCEL_REASONS))


def canceled(call: Call, intent: Json, reason: str | None) -> Json:
    """Ends an intent that has not succeeded; a debit under way is stopped."""
    if intent["status"] == "processing":
        debits.cancel(call, intent)
    intent.update(status="canceled", canceled_at=call.now, cancellation_reason=reason, next_action=None)
    call.store.save(intent)
    emit(call, "payment_intent.canceled", intent)
    return intent


def _confirmed(call: Call, intent: Json) -> Json:
    params = call.params
    intents.refuse_state(call, intent, "payment", "confirm", _CONFIRMABLE)
    intents.require_return_url(call, intent)
    if not call.publishable:
        _apply(call, intent, Params({name: params.values[name] for name in _AT_CONFIRM if name in params}))
    method = intents.chosen_method(call, params, intent["customer"], intent["payment_method"])
    if method is None:
        raise unexpected_state(
            "payment",
            intents.shown(call, intent),
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and then confirm it again.",
        )
    off_session = params.text("off_session") not in (None, "false")
    attempts.attempt(call, intent, method, off_session)
    intents.raise_decline(call, intent, "payment")
    return intent


_AT_CONFIRM = ("receipt_email", "setup_future_usage", "shipping")


def _apply(call: Call, intent: Json, params: Params) -> None:
    for name in ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix"):
        if name in params:
            intent[name] = params.text(name)
    if "customer" in params:
        intent["customer"] = call.get("customer", params.required("customer"), "customer", "customer")["id"]
    if "shipping" in params:
        intent["shipping"] = params.nested("shipping").values or None
    if "setup_future_usage" in params:
        intent["setup_future_usage"] = params.choice("setup_future_usage", ("on_session", "off_session"))
    intent["metadata"] = params.metadata(intent["metadata"])
    if ("payment_method" in params or "payment_method_data" in params) and not params.flag("confirm"):
        method = intents.chosen_method(call, params, intent["customer"], None)
        intent["payment_method"] = method["id"] if method else None
        intent["status"] = "requires_confirmation" if method else "requires_payment_method"


def _amount(params: Params) -> int:
    params.required("amount")
    amount = params.integer("amount") or 0
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    least = _LEAST.get((params.text("currency") or "usd").lower(), 50)
    if amount < least:
        raise invalid(
            f"Amount must be at least $0.{least:02} {(params.text('currency') or 'usd').lower()}",
            "amount",
            "amount_too_small",
        )
    if amount > 99_999_999:
        raise invalid("Amount must be no more than $999,999.99", "amount", "amount_too_large")
    return amount


def _blank(call: Call, amount: int, currency: str) -> Json:
    intent_id = new_id("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": client_secret(intent_id),
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": currency,
        "customer": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
