"""Messages about the feed of each staff member's activities."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.identity.people import PersonKind
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View

ActivityKind = Literal[
    "request_created",
    "request_commented",
    "proposal_signed",
    "proposal_declined",
    "proposal_expired",
    "quote_created",
    "job_requested",
    "payment_failed",
    "payment_reversed",
    "payment_disputed",
    "autopay_withheld",
    "agreement_signed",
]
SubjectType = Literal["request", "proposal", "quote", "job", "payment", "invoice", "program"]


class ActivityView(View):
    """An entry in a staff member's feed: what happened, and what it is about."""

    id: UUID
    kind: ActivityKind
    subject_type: SubjectType
    subject_id: UUID
    title: str
    """What the subject is called, such as `REQ-2026-00007: Sprinkler leaks`."""
    actor: str
    """Whose doing it was."""
    at: datetime
    read: bool


class ActivityFeed(Page[ActivityView]):
    """One page of the feed, newest first."""

    unread: int
    """How many are unread in all; counted no further than 100."""


class ListActivities(Query[ActivityFeed]):
    """The staff member's own."""

    unread_only: bool = False
    cursor: str | None = None
    limit: Limit = 25


class FeedChanged(Event):
    """Something came into a staff member's feed, or was read."""

    staff_id: UUID


class ActivitiesGathered(Event):
    """What came into a staff member's feed since their last digest, and is not read yet; the newest first."""

    person_kind: PersonKind
    person_id: UUID
    branch_id: UUID
    """The company's first branch, whose brand and clocks the mail has."""
    activities: Annotated[list[ActivityView], Field(min_length=1)]
    unread: int
    """How many are unread in all; counted no further than 100."""


class ReadActivities(Command[Nothing]):
    """Marks these of the staff member's own as read, or all of them where none is named."""

    activity_ids: Annotated[list[UUID], Field(max_length=100)] = []
