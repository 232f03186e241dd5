"""Mandates: a holder's agreement that an account may be debited, with when, from where and by what it was given."""

from typing import Any

from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]


def retrieve(call: Call) -> Json:
    """GET /v1/mandates/{id}"""
    return call.get("mandate", call.path["id"], "mandate")


def for_setup(call: Call, method: Json) -> Json:
    """The mandate that comes with saving an account, good for every later debit that it covers."""
    return _new(call, method, _acceptance(call), None)


def for_payment(call: Call, intent: Json, method: Json) -> Json:
    """The mandate of a debit: one named, one given with it, or the one that the account was saved with."""
    named = call.params.text("mandate")
    kept = named or call.store.hidden(method["id"]).get("mandate")
    if "mandate_data" not in call.params and kept:
        mandate = call.get("mandate", kept, "mandate", "mandate")
        if mandate["status"] == "active" and mandate["payment_method"] == method["id"]:
            return mandate
        raise invalid("The mandate is no longer valid.", "mandate", "payment_intent_mandate_invalid")
    return _new(call, method, _acceptance(call), None if intent["setup_future_usage"] else intent)


def activate(call: Call, mandate_id: str, method: Json) -> None:
    """Puts the mandate in force, and keeps one for many debits with the account."""
    mandate = call.get("mandate", mandate_id, "mandate")
    if mandate["status"] == "pending":
        _change(call, mandate, "active")
    if mandate["type"] == "multi_use":
        call.store.save(method, {**call.store.hidden(method["id"]), "mandate": mandate_id})


def revoke(call: Call, mandate_id: str) -> None:
    """Ends a mandate: its holder has told the bank that a debit was not agreed to."""
    mandate = call.get("mandate", mandate_id, "mandate")
    if mandate["status"] != "inactive":
        _change(call, mandate, "inactive")


def _change(call: Call, mandate: Json, status: str) -> None:
    before = mandate["status"]
    mandate["status"] = status
    call.store.save(mandate)
    emit(call, "mandate.updated", mandate, {"status": before})


def _acceptance(call: Call) -> Json:
    data = call.params.nested("mandate_data")
    data.allow_only({"customer_acceptance"})
    given = data.nested("customer_acceptance")
    if not given.values:
        return _from_browser(call)
    given.allow_only({"type", "accepted_at", "online", "offline"})
    kind = given.choice("type", ("online", "offline")) or given.required("type")
    online = given.nested("online")
    if kind == "online" and online.flag("infer_from_client"):
        return _from_browser(call)
    accepted: Json = {"accepted_at": given.integer("accepted_at") or call.now, "type": kind}
    if kind == "offline":
        return {**accepted, "offline": {}}
    names = ("ip_address", "user_agent")
    return {**accepted, "online": {name: online.required(name) for name in names}}


def _from_browser(call: Call) -> Json:
    """Whoever confirms in the provider's fields has agreed to the text beneath them."""
    if not call.publishable:
        raise invalid(
            "This payment method requires a mandate. Provide `mandate_data` with how its holder agreed.",
            "mandate_data",
            "parameter_missing",
        )
    online = {"ip_address": call.ip_address, "user_agent": call.user_agent}
    return {"accepted_at": call.now, "type": "online", "online": online}


def _new(call: Call, method: Json, acceptance: Json, single: Json | None) -> Json:
    kind = "single_use" if single else "multi_use"
    terms = {"amount": single["amount"], "currency": single["currency"]} if single else {}
    return call.add(
        {
            "id": new_id("mandate"),
            "object": "mandate",
            "customer_acceptance": acceptance,
            "livemode": False,
            "payment_method": method["id"],
            "payment_method_details": {"type": method["type"], method["type"]: {}},
            "status": "pending",
            "type": kind,
            kind: terms,
        }
    )


def params_of_page(ip_address: str, user_agent: str) -> Json:
    """What the hosted page submits for a payer who agreed to the text on it."""
    online = {"ip_address": ip_address, "user_agent": user_agent}
    return {"customer_acceptance": {"type": "online", "online": online}}
