"""Payment methods: making them from what was entered or from test ids, attaching, listing."""

from typing import Any

from deploy.sandbox.payments import bank_methods, banks, card_methods, cards, lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import card_error, invalid
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]

CREATE = frozenset({"type", "card", "us_bank_account", "billing_details", "metadata", "allow_redisplay", "expand"})
UPDATE = frozenset({"card", "billing_details", "metadata", "allow_redisplay", "expand"})
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def create(call: Call) -> Json:
    """POST /v1/payment_methods"""
    return from_details(call, call.params)


def from_details(call: Call, details: Params) -> Json:
    """A new, unattached method of the `type` that the details name."""
    kind = details.required("type")
    if kind == "us_bank_account":
        return _stored(call, kind, bank_methods.entered(details), details)
    if kind != "card":
        raise invalid(f"Invalid type: must be one of card, us_bank_account, not {kind}", details.name_of("type"))
    card = details.nested("card")
    token = card.text("token")
    if token:
        return from_test_id(call, token.replace("tok_", "pm_card_", 1), details)
    return _stored(call, kind, card_methods.entered(call, card), details)


def from_test_id(call: Call, test_id: str, details: Params | None = None) -> Json:
    """A fresh method for an id such as `pm_card_visa`: each use makes another, as at the provider."""
    given = details or Params({})
    if test_id in banks.TEST_METHODS:
        return _stored(call, bank_methods.KIND, bank_methods.of_test_id(test_id), given)
    if test_id not in cards.TEST_METHODS:
        raise invalid(f"No such PaymentMethod: '{test_id}'", "payment_method", "resource_missing")
    return _stored(call, "card", card_methods.of_test_id(call, test_id), given)


def find(call: Call, method_id: str, param: str | None = "payment_method") -> Json:
    """A stored method, or a fresh one for a test id."""
    if method_id in cards.TEST_METHODS or method_id in banks.TEST_METHODS:
        return from_test_id(call, method_id)
    return call.get("payment_method", method_id, "PaymentMethod", param)


def retrieve(call: Call) -> Json:
    """GET /v1/payment_methods/{id}"""
    return find(call, call.path["id"], None)


def update(call: Call) -> Json:
    """POST /v1/payment_methods/{id}: billing details, expiry and metadata."""
    method = call.get("payment_method", call.path["id"], "PaymentMethod")
    if "metadata" in call.params:
        method["metadata"] = call.params.metadata(method["metadata"])
    if "billing_details" in call.params:
        method["billing_details"] = _billing(call.params.nested("billing_details"), method["billing_details"])
    card = call.params.nested("card")
    card.allow_only({"exp_month", "exp_year"})
    if card.values and method["type"] != "card":
        raise invalid("Only a card has an expiry date.", "card")
    for name in card.values:
        method["card"][name] = card.integer(name)
    emit(call, "payment_method.updated", method)
    return call.store.save(method)


def attach(call: Call) -> Json:
    """POST /v1/payment_methods/{id}/attach"""
    customer = call.get("customer", call.params.required("customer"), "customer", "customer")
    method = find(call, call.path["id"], None)
    check_reusable(call, method)
    if method["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    bank_methods.check_attachable(call, method)
    decline = cards.behaviour(number_of(call, method)).on_attach if method["type"] == "card" else None
    if decline:
        raise card_error({"code": decline.code, "decline_code": decline.decline_code, "message": decline.message})
    return attach_to(call, method, customer["id"])


def attach_to(call: Call, method: Json, customer: str) -> Json:
    """Gives the method to the customer, once."""
    if method["customer"] == customer:
        return method
    method["customer"] = customer
    call.store.save(method)
    emit(call, "payment_method.attached", method)
    return method


def detach(call: Call) -> Json:
    """POST /v1/payment_methods/{id}/detach: from then it cannot be used again."""
    method = call.get("payment_method", call.path["id"], "PaymentMethod")
    customer = method["customer"]
    if customer is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_unexpected_state",
        )
    method["customer"] = None
    call.store.save(method, {**call.store.hidden(method["id"]), "spent": True})
    emit(call, "payment_method.detached", method, {"customer": customer})
    return method


def listed(call: Call) -> Json:
    """GET /v1/payment_methods?customer=&type="""
    return _of_customer(call, call.params.text("customer"), "/v1/payment_methods")


def of_customer(call: Call) -> Json:
    """GET /v1/customers/{id}/payment_methods"""
    customer = call.path["id"]
    return _of_customer(call, customer, f"/v1/customers/{customer}/payment_methods")


def _of_customer(call: Call, customer: str | None, url: str) -> Json:
    if customer is None:
        return {"object": "list", "data": [], "has_more": False, "url": url}
    call.get("customer", customer, "customer", "customer")
    where, values = lists.by_columns(customer=customer)
    kind = call.params.text("type")
    if kind:
        where, values = f"{where} AND json_extract(body, '$.type') = ?", (*values, kind)
    return lists.page(call, "payment_method", url, where, values)


def number_of(call: Call, method: Json) -> str:
    """The number behind a method, which no answer ever shows."""
    return str(call.store.hidden(method["id"]).get("number", ""))


def check_reusable(call: Call, method: Json) -> None:
    """A method that was charged or detached without belonging to a customer is spent."""
    if method["customer"] is None and call.store.hidden(method["id"]).get("spent"):
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was "
            "detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must "
            "attach it to a Customer first.",
            code="payment_method_unexpected_state",
        )


def _stored(call: Call, kind: str, entered: tuple[Json, Json], details: Params) -> Json:
    shown, hidden = entered
    method = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": details.text("allow_redisplay") or "unspecified",
        "billing_details": _billing(details.nested("billing_details"), {}),
        "created": call.now,
        "customer": None,
        "livemode": False,
        "metadata": details.metadata(),
        "type": kind,
        kind: shown,
    }
    return call.add(method, hidden)


def _billing(given: Params, current: Json) -> Json:
    address = given.nested("address").values
    before = current.get("address") or {}
    billing: Json = {"address": {name: address.get(name, before.get(name)) or None for name in _ADDRESS}}
    for name in ("email", "name", "phone", "tax_id"):
        billing[name] = given.text(name) if name in given else current.get(name)
    return billing
