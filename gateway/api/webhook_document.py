"""The part of the OpenAPI document that says what integrators are told: a webhook for each type of event."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Response
from pydantic import BaseModel, create_model

from gateway.webhook_samples import payload_of
from services.contracts.notifications.webhook_events import EVENT_KINDS, EventKind, EventType

MessageId = Annotated[str, Header(alias="webhook-id", description="The same however often it is sent.")]
Timestamp = Annotated[str, Header(alias="webhook-timestamp", description="Of this attempt, in seconds since 1970.")]
Signature = Annotated[
    str,
    Header(alias="webhook-signature", description="`v1,` and the HMAC-SHA256 of id, timestamp and body, in base64."),
]


def webhooks() -> list[Any]:
    """The routes that integrators' systems have, as the document describes them."""
    router = APIRouter()
    for of_type, kind in EVENT_KINDS.items():
        router.add_api_route(
            of_type,
            _receiver(of_type, kind),
            methods=["POST"],
            summary=kind.says,
            tags=["webhooks"],
            status_code=204,
            response_class=Response,
        )
    return router.routes


def _receiver(of_type: EventType, kind: EventKind) -> Any:
    payload = _payload(of_type, kind)
    sample = payload_of(of_type)

    async def receive(
        body: Annotated[payload, Body(examples=[sample])],  # type: ignore[valid-type]
        message_id: MessageId,
        timestamp: Timestamp,
        signature: Signature,
    ) -> None:
        """Signed by Standard Webhooks. Answer with any status of 200 to 299 within ten seconds; 410 ends it."""

    return receive


def _payload(of_type: EventType, kind: EventKind) -> type[BaseModel]:
    name = of_type.replace(".", " ").title().replace(" ", "") + "Webhook"
    fields: dict[str, Any] = {"type": Literal[of_type], "timestamp": datetime, "data": kind.data}
    return create_model(name, **fields)
