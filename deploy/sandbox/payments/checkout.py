"""Checkout Sessions: the objects behind the hosted page."""

from typing import Any

from deploy.sandbox.payments import intents, lists, microdeposits, payment_intents, setup_intents
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.forms import Params
from deploy.sandbox.payments.ids import random_text

Json = dict[str, Any]

CREATE = frozenset(
    {
        "mode",
        "success_url",
        "cancel_url",
        "customer",
        "customer_email",
        "client_reference_id",
        "currency",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "payment_intent_data",
        "payment_method_options",
        "payment_method_types",
        "setup_intent_data",
        "submit_type",
        "ui_mode",
        "expand",
    }
)
_LIFETIME = 24 * 3600
_SHORTEST = 30 * 60


def create(call: Call) -> Json:
    """POST /v1/checkout/sessions with `mode` payment or setup."""
    params = call.params
    params.required("mode")
    mode = params.choice("mode", ("payment", "setup"))
    session = _blank(call, str(mode))
    if mode == "payment":
        lines = _lines(params)
        session.update(amount_total=sum(line["amount_total"] for line in lines), currency=lines[0]["currency"])
        session["amount_subtotal"] = session["amount_total"]
        intents.method_types(Params({"payment_method_types": session["payment_method_types"]}), session["currency"])
        data = {**params.nested("payment_intent_data").values, **_options(params)}
        call.add(session, {"lines": lines, "intent_data": data})
    else:
        given = params.nested("setup_intent_data")
        given.allow_only({"description", "metadata", "on_behalf_of"})
        values = {**given.values, **_options(params), "payment_method_types": session["payment_method_types"]}
        if session["customer"]:
            values["customer"] = session["customer"]
        intent = setup_intents.open_intent(call, Params(values), {"checkout_session": session["id"]})
        session["setup_intent"] = intent["id"]
        call.add(session)
    return session


def retrieve(call: Call) -> Json:
    """GET /v1/checkout/sessions/{id}"""
    return find(call, call.path["id"])


def find(call: Call, session_id: str) -> Json:
    """The session as it is now: one whose time is over counts as expired."""
    session = call.get("checkout.session", session_id, "checkout.session")
    if session["status"] == "open" and session["expires_at"] <= call.now:
        session.update(status="expired", url=None)
    return session


def listed(call: Call) -> Json:
    """GET /v1/checkout/sessions, by `customer`, `payment_intent` or `status`."""
    params = call.params
    where, values = lists.by_columns(customer=params.text("customer"), parent=params.text("payment_intent"))
    status = params.text("status")
    if status:
        where, values = f"{where} AND json_extract(body, '$.status') = ?", (*values, status)
    return lists.page(call, "checkout.session", "/v1/checkout/sessions", where, values)


def expire(call: Call) -> Json:
    """POST /v1/checkout/sessions/{id}/expire: the page closes and its intent is canceled."""
    session = find(call, call.path["id"])
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Session has a status of '
            f"{session['status']}.",
            kept=True,
        )
    intent = intent_of(call, session)
    if intent and intent["status"] not in ("succeeded", "canceled"):
        module = payment_intents if session["mode"] == "payment" else setup_intents
        module.canceled(call, intent, None)
    session.update(status="expired", url=None)
    call.store.save(session)
    emit(call, "checkout.session.expired", session)
    return session


def intent_of(call: Call, session: Json) -> Json | None:
    """The session's intent; a payment has none before the customer pays for the first time."""
    kind = "payment_intent" if session["mode"] == "payment" else "setup_intent"
    intent_id = session[kind]
    return call.store.find(call.account, kind, intent_id) if intent_id else None


def intent_for_attempt(call: Call, session: Json) -> Json:
    """The session's intent, made now where a payment has none yet."""
    found = intent_of(call, session)
    if found:
        return found
    hidden = call.store.hidden(session["id"])
    values = {
        **hidden["intent_data"],
        "amount": str(session["amount_total"]),
        "currency": session["currency"],
        "payment_method_types": session["payment_method_types"],
    }
    if session["customer"]:
        values["customer"] = session["customer"]
    intent = payment_intents.open_intent(call, Params(values), {"checkout_session": session["id"]})
    session["payment_intent"] = intent["id"]
    call.store.save(session)
    return intent


def keep_email(call: Call, session: Json, email: str) -> None:
    """Remembers the address that the payer entered."""
    session["customer_details"] = {**(session["customer_details"] or {}), "email": email}
    call.store.save(session)


def complete_with(call: Call, intent: Json) -> None:
    """Closes the session, if there is one, whose payer is done, whether or not they come back.

    A debit under way and an account that waits for micro-deposits leave the payer nothing to do on the page.
    """
    session_id = call.store.hidden(intent["id"]).get("checkout_session")
    done = intent["status"] in ("succeeded", "processing") or microdeposits.waits(intent)
    session = find(call, session_id) if session_id and done else None
    if session is None or session["status"] != "open":
        return
    session.update(status="complete", url=None)
    if session["mode"] == "payment" and intent["status"] == "succeeded":
        session["payment_status"] = "paid"
    details: Json = {"address": None, "email": None, "name": None, "phone": None, "tax_exempt": "none", "tax_ids": []}
    session["customer_details"] = {**details, **(session["customer_details"] or {})}
    call.store.save(session)
    emit(call, "checkout.session.completed", session)


def follow(call: Call, intent: Json) -> Json:
    """Tells of a session that the debit behind it has ended."""
    session_id = call.store.hidden(intent["id"]).get("checkout_session")
    if session_id is None:
        return intent
    session = find(call, session_id)
    succeeded = intent["status"] == "succeeded"
    if succeeded:
        session["payment_status"] = "paid"
        call.store.save(session)
    emit(call, f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)
    return intent


def _options(params: Params) -> Json:
    name = "payment_method_options"
    return {name: params.nested(name).values} if name in params else {}


def _lines(params: Params) -> list[Json]:
    lines = [_line(item) for item in params.groups("line_items")]
    if not lines:
        raise invalid("You must specify at least one line item in payment mode.", "line_items", "parameter_missing")
    if len({line["currency"] for line in lines}) > 1:
        raise invalid("All prices on a Checkout Session must have the same currency.", "line_items")
    return lines


def _line(item: Params) -> Json:
    item.allow_only({"price_data", "quantity"})
    price = item.nested("price_data")
    price.allow_only({"currency", "unit_amount", "product_data"})
    quantity = item.integer("quantity") or 1
    price.required("unit_amount")
    product = price.nested("product_data")
    return {
        "amount_total": (price.integer("unit_amount") or 0) * quantity,
        "currency": price.required("currency").lower(),
        "name": product.required("name"),
        "description": product.text("description"),
        "quantity": quantity,
    }


def _blank(call: Call, mode: str) -> Json:
    params = call.params
    session_id = f"cs_test_{random_text(58)}"
    expires_at = params.integer("expires_at") or call.now + _LIFETIME
    if not call.now + _SHORTEST <= expires_at <= call.now + _LIFETIME:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")
    kinds = params.texts("payment_method_types") or ["card"]
    customer = params.text("customer")
    if customer:
        call.get("customer", customer, "customer", "customer")
    return {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": None,
        "amount_total": None,
        "cancel_url": params.text("cancel_url"),
        "client_reference_id": params.text("client_reference_id"),
        "client_secret": None,
        "created": call.now,
        "currency": params.text("currency"),
        "customer": customer,
        "customer_creation": None if customer or mode == "setup" else "if_required",
        "customer_details": {"email": params.text("customer_email")} if params.text("customer_email") else None,
        "customer_email": params.text("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.text("locale"),
        "metadata": params.metadata(),
        "mode": mode,
        "payment_intent": None,
        "payment_method_types": kinds,
        "payment_status": "unpaid" if mode == "payment" else "no_payment_required",
        "setup_intent": None,
        "status": "open",
        "submit_type": params.text("submit_type"),
        "success_url": params.required("success_url"),
        "ui_mode": params.choice("ui_mode", ("hosted", "hosted_page"), "hosted_page"),
        "url": f"{call.base_url}/c/pay/{session_id}",
    }
