"""Webhooks of the company's other systems: where they are, what they were told, and what they can be told."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel

from gateway.api.routers import CommandId, answered, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from gateway.webhook_samples import payload_of
from services.contracts.errors import forbidden
from services.contracts.messages import Page
from services.contracts.notifications.webhook_events import EVENT_KINDS, EventType
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    DeliveryStatus,
    Description,
    EventTypes,
    GetWebhook,
    GetWebhookDelivery,
    ListWebhookDeliveries,
    ListWebhooks,
    NewWebhookView,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    ResentView,
    RotateWebhookSecret,
    SendTestWebhook,
    Url,
    WebhookDeliveryDetail,
    WebhookDeliveryView,
    WebhookView,
)
from services.contracts.permissions import may_in_office

_ONE = "/webhooks/{webhook_id}"
_DELIVERY = f"{_ONE}/deliveries/{{delivery_id}}"


class EventTypeView(BaseModel):
    """What a webhook can be told, when, and how that looks."""

    type: EventType
    description: str
    sample: dict[str, Any]


class EventTypesView(BaseModel):
    items: list[EventTypeView]


class NewWebhook(Body):
    """`url` begins with https:// and leads to a public address, at port 443 or 8443."""

    url: Url
    description: Description = ""
    event_types: EventTypes
    enabled: bool = True


class WebhookChange(Body):
    """Only what is named changes."""

    url: Url | None = None
    description: Description | None = None
    event_types: EventTypes | None = None
    enabled: bool | None = None


class Since(Body):
    since: AwareDatetime


@office.get("/webhook-event-types", **answers(EventTypesView))
async def list_webhook_event_types(caller: ApiCaller) -> Response:
    """Every type of event, with a sample of its payload."""
    if not may_in_office(caller.principal, "webhooks.read"):
        raise forbidden()
    items = [
        EventTypeView(type=of_type, description=kind.says, sample=payload_of(of_type))
        for of_type, kind in EVENT_KINDS.items()
    ]
    return answered(EventTypesView(items=items))


@office.get("/webhooks", **answers(Page[WebhookView]))
async def list_webhooks(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's webhooks, newest first."""
    return await relayed(caller, ListWebhooks(cursor=cursor, limit=limit))


@office.post("/webhooks", **answers(NewWebhookView, 201))
async def create_webhook(body: NewWebhook, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new webhook; `secret` is what its deliveries are signed with, and is told only now."""
    return await relayed(caller, CreateWebhook(id=new_id, **dict(body)), 201)


@office.get(_ONE, **answers(WebhookView))
async def get_webhook(webhook_id: UUID, caller: ApiCaller) -> Response:
    """One webhook, without its secret."""
    return await relayed(caller, GetWebhook(webhook_id=webhook_id))


@office.patch(_ONE, **answers(WebhookView))
async def change_webhook(webhook_id: UUID, body: WebhookChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes it; what waits at one that is switched off fails, and can be sent again later."""
    return await relayed(caller, ChangeWebhook(id=new_id, webhook_id=webhook_id, **dict(body)))


@office.delete(_ONE, status_code=204, response_class=Response)
async def delete_webhook(webhook_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Deletes it with its log."""
    await caller.ask(DeleteWebhook(id=new_id, webhook_id=webhook_id))
    return Response(status_code=204)


@office.post(f"{_ONE}/rotate-secret", **answers(NewWebhookView))
async def rotate_webhook_secret(webhook_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new `secret`, told only now; for 24 hours deliveries are signed with the old one as well."""
    return await relayed(caller, RotateWebhookSecret(id=new_id, webhook_id=webhook_id))


@office.post(f"{_ONE}/test", **answers(WebhookDeliveryView, 201))
async def send_test_webhook(webhook_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Sends an event of type `webhook.test`; the delivery tells how it went."""
    return await relayed(caller, SendTestWebhook(id=new_id, webhook_id=webhook_id), 201)


@office.get(f"{_ONE}/deliveries", **answers(Page[WebhookDeliveryView]))
async def list_webhook_deliveries(
    webhook_id: UUID,
    caller: ApiCaller,
    status: Annotated[DeliveryStatus | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What it was told in the last 30 days, newest first."""
    return await relayed(
        caller, ListWebhookDeliveries(webhook_id=webhook_id, status=status, cursor=cursor, limit=limit)
    )


@office.get(_DELIVERY, **answers(WebhookDeliveryDetail))
async def get_webhook_delivery(webhook_id: UUID, delivery_id: UUID, caller: ApiCaller) -> Response:
    """The payload as it was sent, and every attempt."""
    return await relayed(caller, GetWebhookDelivery(webhook_id=webhook_id, delivery_id=delivery_id))


@office.post(f"{_DELIVERY}/resend", **answers(WebhookDeliveryView))
async def resend_webhook_delivery(
    webhook_id: UUID, delivery_id: UUID, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Sends it once more, under the same `webhook-id`."""
    return await relayed(caller, ResendWebhookDelivery(id=new_id, webhook_id=webhook_id, delivery_id=delivery_id))


@office.post(f"{_ONE}/resend-failed", **answers(ResentView))
async def resend_failed_webhooks(webhook_id: UUID, body: Since, caller: ApiCaller, new_id: CommandId) -> Response:
    """Sends all once more that were made since then and have failed, the oldest first."""
    return await relayed(caller, ResendFailedWebhooks(id=new_id, webhook_id=webhook_id, since=body.since))
