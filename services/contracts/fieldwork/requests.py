"""Requests: what customers and the office raise, what both say about it, and what becomes of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.contracts.fieldwork.attachments import AttachmentView
from services.contracts.identity.people import Search
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot, Text

RequestStatus = Literal["open", "closed"]
RequestCategory = Literal["maintenance", "damage", "safety", "scheduling", "billing", "other"]
RequestPriority = Literal["low", "normal", "high", "urgent"]
AuthorKind = Literal["contact", "staff"]


class RequestSummary(View):
    """A request as lists show it."""

    id: UUID
    number: str
    title: str
    description: str
    status: RequestStatus
    property: PropertySnapshot
    created_at: datetime
    created_by: str
    include_client: bool | None
    """None in the portal, which only ever shows those that include the client."""
    category: RequestCategory = "other"
    priority: RequestPriority = "normal"
    assigned_to: Person | None = None
    """None in the portal, besides where it is nobody's yet."""


class CommentView(View):
    id: UUID
    text: str
    public: bool
    """Whether the customer sees it; what a customer says always is."""
    author: str
    author_kind: AuthorKind
    created_at: datetime
    attachments: list[AttachmentView] = []


class RequestEntryView(View):
    """One line of a request's history, in the office."""

    at: datetime
    by: str
    what: Literal["raised", "changed", "assigned", "closed", "reopened", "became_job", "became_quote"]
    detail: str
    """What it was changed to, in words; empty where there is nothing to say."""


class RequestView(RequestSummary):
    """A request as a page shows it, with what the principal may see of what was said and attached."""

    customer_id: UUID | None = None
    branch_id: UUID | None = None
    contact_id: UUID | None = None
    """The contact who raised it; None where the office did."""
    comments: list[CommentView] = []
    """Oldest first."""
    attachments: list[AttachmentView] = []
    closed_at: datetime | None = None
    job_id: UUID | None = None
    """The job that it became; None in the portal, as `quote_id`."""
    quote_id: UUID | None = None
    history: list[RequestEntryView] | None = None
    """Newest first; None in the portal."""
    version: int | None = None


class CreateRequest(Command[RequestView]):
    """A contact's own always includes the client; staff say so."""

    branch_id: UUID
    property: PropertySnapshot
    customer_id: UUID
    title: Name
    description: Text
    include_client: bool = False
    category: RequestCategory = "other"
    priority: RequestPriority = "normal"


class ListRequests(Query[Page[RequestSummary]]):
    """Newest first; `search` is a number or the beginning of a title."""

    property_ids: list[UUID] = []
    status: RequestStatus | None = None
    search: Search = ""
    cursor: str | None = None
    limit: Limit = 25


class GetRequest(Query[RequestView]):
    request_id: UUID


class ChangeRequest(Command[RequestView]):
    """The office's; only what is given changes, and `unset` leaves it to nobody."""

    request_id: UUID
    title: Name | None = None
    description: Text | None = None
    category: RequestCategory | None = None
    priority: RequestPriority | None = None
    include_client: bool | None = None
    assigned_to: Person | Literal["unset"] | None = None
    expected_version: int | None = None
    """What whoever changes it has seen: where it is another by now, nothing changes and it is a conflict."""


class CloseRequest(Command[RequestView]):
    """The office's; a closed one stays as it is."""

    request_id: UUID


class ReopenRequest(Command[RequestView]):
    """The office's; an open one stays as it is."""

    request_id: UUID


class CommentOnRequest(Command[CommentView]):
    """A contact's is always public, and reopens a request that was closed; staff's is internal unless they say so."""

    request_id: UUID
    text: Text
    public: bool = False


class BecomeJob(Command[RequestView]):
    """Makes a job of the request, with its attachments; of one that became a job already, it stays that job.

    The customer and the site are as identity knows them today.
    """

    request_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot


class LinkQuote(Command[RequestView]):
    """Remembers the quote that the request became; the first one stays."""

    request_id: UUID
    quote_id: UUID
    number: Name


class RequestCreated(Event):
    version: int
    request: RequestView
    branch_id: UUID
    created_by_kind: AuthorKind


class RequestCommented(Event):
    version: int
    request: RequestSummary
    comment: CommentView
    branch_id: UUID
    customer_id: UUID
    raised_by_id: UUID
    raised_by_kind: AuthorKind


class RequestClosed(Event):
    version: int
    request: RequestSummary
    branch_id: UUID
    customer_id: UUID
    closed_by: str
    raised_by_id: UUID
    raised_by_kind: AuthorKind


class RequestChanged(Event):
    """Anything else about it: its details, whose it is, what it became, what is attached.

    `internal`: nothing of it can be seen by the customer.
    """

    version: int
    request: RequestSummary
    branch_id: UUID
    customer_id: UUID
    internal: bool
