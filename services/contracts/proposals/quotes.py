"""Quotes: what a customer asks an offer for, and how the office answers."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.proposals.proposals import ProposalKind, ServiceOffer
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot, Text

QuoteStatus = Literal["open", "finalized"]


class QuoteProposal(View):
    """The proposal that answers a quote, once it was delivered; in the office at once."""

    id: UUID
    number: str
    title: str


class QuoteView(View):
    id: UUID
    number: str
    status: QuoteStatus
    description: str
    price_estimate: Money | None
    """What the customer thinks of spending."""
    customer: CustomerSnapshot
    property: PropertySnapshot
    contact_id: UUID | None
    """Whose it is; None where the office wrote it down for nobody in particular."""
    created_by: str
    created_at: datetime
    assigned_to: Person | None
    """The staff member who sees to it."""
    scheduled_on: date | None
    note: str
    """What the office lets the customer know besides."""
    finalized_at: datetime | None
    proposals: list[QuoteProposal]


class QuoteSummary(View):
    """A quote as a list shows it."""

    id: UUID
    number: str
    status: QuoteStatus
    description: str
    price_estimate: Money | None
    customer: CustomerSnapshot
    property: PropertySnapshot
    created_by: str
    created_at: datetime
    assigned_to: str | None


class CreateQuote(Command[QuoteView]):
    """A contact's own is theirs; staff may write one down for a contact of the property's customer."""

    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot
    contact_id: UUID | None = None
    description: Text
    price_estimate: Money | None = None


class ChangeQuote(Command[QuoteView]):
    """For the office: only what is given changes, and only as long as the quote is open."""

    quote_id: UUID
    description: Text | None = None
    price_estimate: Money | Literal["unset"] | None = None


class FinalizeQuote(Command[QuoteView]):
    """Open to finalized: who sees to it and when, and the draft of the proposal that answers it.

    Without `services` the proposal offers what was asked for, at the customer's own estimate.
    """

    quote_id: UUID
    assigned_to: Person
    scheduled_on: date | None = None
    note: Annotated[str, Field(max_length=10_000)] = ""
    kind: ProposalKind = "work_order"
    title: Name | None = None
    services: Annotated[list[ServiceOffer], Field(max_length=100)] = []
    expires_on: date | None = None


class ListQuotes(Query[Page[QuoteSummary]]):
    """Newest first."""

    status: Literal["all", "open", "finalized"] = "all"
    property_ids: list[UUID] = []
    cursor: str | None = None
    limit: Limit = 25


class GetQuote(Query[QuoteView]):
    quote_id: UUID


class QuoteCreated(Event):
    version: int
    quote: QuoteView
    branch_id: UUID
    created_by_kind: Literal["contact", "staff"]


class QuoteFinalized(Event):
    version: int
    quote: QuoteView
    branch_id: UUID
