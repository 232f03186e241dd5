"""Records what happened as events, and queues their delivery."""

import copy
from typing import Any

from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.ids import new_id
from deploy.sandbox.payments.lists import page

Json = dict[str, Any]


def emit(call: Call, kind: str, item: Json, previous: Json | None = None) -> None:
    """Writes the event and its delivery in the transaction of its effect."""
    data: Json = {"object": copy.deepcopy(item)}
    if previous is not None:
        data["previous_attributes"] = previous
    sent = call.sends(kind)
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": call.api_version,
        "created": call.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": int(sent),
        "request": {"id": call.request_id or None, "idempotency_key": call.idempotency_key},
        "type": kind,
    }
    if call.connected:
        event["account"] = call.account
    call.add(event)
    if sent:
        call.store.queue(event, call.clock())


def retrieve(call: Call) -> Json:
    """GET /v1/events/{id}"""
    return call.get("event", call.path["id"], "event")


def listed(call: Call) -> Json:
    """GET /v1/events, newest first, by `type`, `types`, `created` and the usual cursors."""
    kinds = call.params.texts("types") or [kind for kind in [call.params.text("type")] if kind]
    if not kinds:
        return page(call, "event", "/v1/events")
    patterns = tuple(kind.replace("*", "%") for kind in kinds)
    where = " OR ".join("json_extract(body, '$.type') LIKE ?" for _ in patterns)
    return page(call, "event", "/v1/events", f"AND ({where})", patterns)
