"""Customers of one account."""

from typing import Any

from deploy.sandbox.payments import lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.ids import new_id, random_text

Json = dict[str, Any]

WRITE = frozenset(
    {
        "email",
        "name",
        "phone",
        "description",
        "address",
        "shipping",
        "metadata",
        "payment_method",
        "invoice_settings",
        "preferred_locales",
        "expand",
    }
)
_TEXTS = ("email", "name", "phone", "description")


def create(call: Call) -> Json:
    """POST /v1/customers"""
    customer: Json = {
        "id": new_id("cus"),
        "object": "customer",
        "address": call.params.nested("address").values or None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": None,
        "invoice_prefix": random_text(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": call.params.texts("preferred_locales"),
        "shipping": call.params.nested("shipping").values or None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _apply(call, customer)
    call.add(customer)
    emit(call, "customer.created", customer)
    return customer


def retrieve(call: Call) -> Json:
    """GET /v1/customers/{id}"""
    return call.get("customer", call.path["id"], "customer")


def update(call: Call) -> Json:
    """POST /v1/customers/{id}"""
    customer = call.get("customer", call.path["id"], "customer")
    _apply(call, customer)
    emit(call, "customer.updated", customer)
    return call.store.save(customer)


def listed(call: Call) -> Json:
    """GET /v1/customers, by `email`."""
    email = call.params.text("email")
    if email is None:
        return lists.page(call, "customer", "/v1/customers")
    return lists.page(call, "customer", "/v1/customers", "AND json_extract(body, '$.email') = ?", (email,))


def _apply(call: Call, customer: Json) -> None:
    for name in _TEXTS:
        if name in call.params:
            customer[name] = call.params.text(name)
    for name in ("address", "shipping"):
        if name in call.params:
            customer[name] = call.params.nested(name).values or None
    customer["metadata"] = call.params.metadata(customer["metadata"])
    settings = call.params.nested("invoice_settings")
    if "default_payment_method" in settings:
        chosen = settings.text("default_payment_method")
        if chosen:
            method = call.get("payment_method", chosen, "PaymentMethod", settings.name_of("default_payment_method"))
            chosen = method["id"]
        customer["invoice_settings"]["default_payment_method"] = chosen
