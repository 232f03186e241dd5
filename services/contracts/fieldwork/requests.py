"""Requests: what customers and the office raise."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.snapshots import Name, PropertySnapshot, Text

RequestStatus = Literal["open", "closed"]


class RequestView(View):
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


class CreateRequest(Command[RequestView]):
    """A contact's own always includes the client; staff say so."""

    branch_id: UUID
    property: PropertySnapshot
    customer_id: UUID
    title: Name
    description: Text
    include_client: bool = False


class ListRequests(Query[Page[RequestView]]):
    """Newest first."""

    property_ids: list[UUID] = []
    cursor: str | None = None
    limit: Limit = 25


class GetRequest(Query[RequestView]):
    request_id: UUID


class RequestCreated(Event):
    version: int
    request: RequestView
    branch_id: UUID
    created_by_kind: Literal["contact", "staff"]
