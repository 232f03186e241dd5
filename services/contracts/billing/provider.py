"""What the payment provider tells."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.messages import Command, Limit, Nothing, Page, Query, View

ProviderEventState = Literal["received", "applied", "ignored"]

PROVIDER_EVENTS = (
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
    "setup_intent.requires_action",
    "setup_intent.succeeded",
    "setup_intent.setup_failed",
    "setup_intent.canceled",
)
"""What concerns us, and the provider need tell no more; it is asked for at most 20 types at once."""


class ReceiveProviderEvent(Command[Nothing]):
    """A webhook as it came; its signature is checked here, and its own id makes it count once."""

    remembered: ClassVar[bool] = False
    payload: Annotated[str, StringConstraints(max_length=262_144)]
    signature: Annotated[str, StringConstraints(max_length=2_000)]


class ProviderEventView(View):
    """A webhook as it was kept: what it is about, and whether that was brought up to date."""

    id: UUID
    event_id: str
    """The provider's own."""
    type: str
    object_id: str
    state: ProviderEventState
    received_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    """None once it was applied or ignored."""


class ListProviderEvents(Query[Page[ProviderEventView]]):
    """For the office, newest first; `received` are those that still wait."""

    state: ProviderEventState | None = None
    cursor: str | None = None
    limit: Limit = 25


class ReplayProviderEvent(Command[ProviderEventView]):
    """Has what the event is about read at the provider once more, at once."""

    event_id: UUID
