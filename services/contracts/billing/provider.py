"""What the payment provider tells."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.messages import Command, Limit, Nothing, Page, Query, View

ProviderEventState = Literal["received", "applied", "ignored"]


class ReceiveProviderEvent(Command[Nothing]):
    """A webhook as it came; its signature is checked here, and its own id makes it count once."""

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
