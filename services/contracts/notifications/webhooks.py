"""Integrators' webhooks: where a company's other systems are told what happens, and how each delivery went."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.identity.audit import Actor
from services.contracts.identity.people import Json
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.moments import Moment
from services.contracts.notifications.webhook_events import EventType

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""`https://`, at a public address, port 443 or 8443."""
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
EventTypes = Annotated[list[EventType], Field(min_length=1, max_length=100)]
DisabledBecause = Literal["asked", "gone", "failing"]
"""By the office; because the address answered 410; because it failed for days."""
DeliveryStatus = Literal["waiting", "delivered", "failed"]
DeliveredType = EventType | Literal["webhook.test"]


class WebhookView(View):
    """An address of another system; its secret is never told again."""

    id: UUID
    url: str
    description: str
    event_types: list[EventType]
    enabled: bool
    disabled_because: DisabledBecause | None
    created_at: datetime
    failing_since: datetime | None
    """Since when every attempt failed; None where the latest went well."""
    old_secret_until: datetime | None
    """Until when deliveries are also signed with a secret that was replaced."""


class NewWebhookView(WebhookView):
    """A webhook with a secret that was just made, which is told only once."""

    secret: str


class AttemptView(View):
    """One attempt to deliver; `response_status` is None where no answer came, and `error` says why."""

    at: datetime
    duration_ms: int
    response_status: int | None
    error: str | None
    response_excerpt: str
    """At most the first kilobyte of the answer."""


class WebhookDeliveryView(View):
    """What one webhook was told of one event."""

    id: UUID
    webhook_id: UUID
    message_id: str
    """The header `webhook-id`: the same however often it is sent."""
    type: DeliveredType
    status: DeliveryStatus
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None


class WebhookDeliveryDetail(WebhookDeliveryView):
    """With what was sent, to the byte, and every attempt, the latest first."""

    payload: str
    log: list[AttemptView]


class ResentView(View):
    """How many are on their way once more."""

    resent: int


class CreateWebhook(Command[NewWebhookView]):
    """An address that is told of these events from now on; a company has at most twenty."""

    remembered: ClassVar[bool] = False
    url: Url
    description: Description = ""
    event_types: EventTypes
    enabled: bool = True


class ChangeWebhook(Command[WebhookView]):
    """Only what is given changes. What waits at one that is switched off fails, and can be sent again."""

    webhook_id: UUID
    url: Url | None = None
    description: Description | None = None
    event_types: EventTypes | None = None
    enabled: bool | None = None


class DeleteWebhook(Command[Nothing]):
    """It is told nothing more, and its log goes."""

    webhook_id: UUID


class RotateWebhookSecret(Command[NewWebhookView]):
    """A new secret; for a day deliveries are signed with the former ones, too."""

    remembered: ClassVar[bool] = False
    webhook_id: UUID


class SendTestWebhook(Command[WebhookDeliveryView]):
    """Sends an event of type `webhook.test`, which means nothing."""

    webhook_id: UUID


class ResendWebhookDelivery(Command[WebhookDeliveryView]):
    """Sends it once more, with the same id and the same body."""

    webhook_id: UUID
    delivery_id: UUID


class ResendFailedWebhooks(Command[ResentView]):
    """Sends all once more that were made since then and have failed."""

    webhook_id: UUID
    since: Moment


class ListWebhooks(Query[Page[WebhookView]]):
    """The newest first."""

    cursor: str | None = None
    limit: Limit = 50


class GetWebhook(Query[WebhookView]):
    webhook_id: UUID


class ListWebhookDeliveries(Query[Page[WebhookDeliveryView]]):
    """The newest first, of the last 30 days."""

    webhook_id: UUID
    status: DeliveryStatus | None = None
    cursor: str | None = None
    limit: Limit = 50


class GetWebhookDelivery(Query[WebhookDeliveryDetail]):
    webhook_id: UUID
    delivery_id: UUID


class WebhookChanged(Event):
    """Somebody, or Portico itself, changed a webhook; the audit trail keeps it."""

    action: Literal["webhook.created", "webhook.changed", "webhook.deleted", "webhook.secret_rotated"]
    webhook_id: UUID
    url: str
    actor: Actor
    ip: str
    user_agent: str
    before: Json | None = None
    after: Json | None = None


class WebhookDisabled(Event):
    """Portico gave a webhook up; the administrators are told."""

    webhook_id: UUID
    url: str
    description: str
    because: DisabledBecause
    failing_since: datetime | None
    disabled_at: datetime
