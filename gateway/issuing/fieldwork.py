"""New requests, changes of them, and the quotes that they become."""

from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from gateway.auth import Caller
from gateway.requests import Body, SeenVersion
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.fieldwork.requests import (
    BecomeJob,
    ChangeRequest,
    CreateRequest,
    GetRequest,
    LinkQuote,
    RequestCategory,
    RequestPriority,
    RequestView,
)
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.portals import GetBranch
from services.contracts.identity.staff import GetStaffMember
from services.contracts.proposals.quotes import CreateQuote, GetQuote, QuoteView
from services.contracts.snapshots import Name, Person, Text


class NewRequest(Body):
    """What a customer raises."""

    property_id: UUID
    title: Name
    description: Text
    category: RequestCategory = "other"
    priority: RequestPriority = "normal"


class NewOfficeRequest(NewRequest):
    """What the office raises; the customer sees it only where `include_client`."""

    include_client: bool = False


class NewComment(Body):
    """What a customer says; it is always public."""

    text: Text


class NewOfficeComment(NewComment):
    """What the office says; the customer sees it only where it is public."""

    public: bool = False


class RequestChange(Body):
    """What changes of a request; what is not given stays, and `assigned_to_id` null leaves it to nobody."""

    title: Name | None = None
    description: Text | None = None
    category: RequestCategory | None = None
    priority: RequestPriority | None = None
    include_client: bool | None = None
    assigned_to_id: Annotated[UUID | None, Field(description="A staff member; null is nobody.")] = None
    expected_version: SeenVersion = None


async def request(caller: Caller, draft: NewRequest, new_id: UUID) -> CreateRequest:
    """The command that raises it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    return CreateRequest(
        id=new_id,
        branch_id=place.branch_id,
        property=place.snapshot(),
        customer_id=place.customer.id,
        title=draft.title,
        description=draft.description,
        category=draft.category,
        priority=draft.priority,
        include_client=isinstance(draft, NewOfficeRequest) and draft.include_client,
    )


async def request_change(caller: Caller, request_id: UUID, change: RequestChange, new_id: UUID) -> ChangeRequest:
    """The command that changes it; whoever it is given to is written into it as identity knows them."""
    given = change.model_dump(exclude={"assigned_to_id"}, exclude_none=True)
    if "assigned_to_id" in change.model_fields_set:
        given["assigned_to"] = await _assignee(caller, change.assigned_to_id)
    return ChangeRequest.model_validate({"id": new_id, "request_id": request_id, **given})


async def _assignee(caller: Caller, staff_id: UUID | None) -> Person | str:
    if staff_id is None:
        return "unset"
    found = await caller.ask(GetStaffMember(staff_id=staff_id))
    return Person(id=found.id, name=found.name, email=found.email, phone=found.phone)


async def become_job(caller: Caller, request_id: UUID, new_id: UUID) -> BecomeJob:
    """The command that makes a job of it, at the site and for the customer as identity knows them today."""
    found = await caller.ask(GetRequest(request_id=request_id))
    place = await caller.ask(GetProperty(property_id=found.property.id))
    branch = await caller.ask(GetBranch(branch_id=place.branch_id))
    return BecomeJob(
        id=new_id,
        request_id=request_id,
        time_zone=branch.time_zone,
        customer=place.customer,
        property=place.snapshot(),
    )


async def become_quote(caller: Caller, request_id: UUID, new_id: UUID) -> RequestView:
    """Makes a quote of a request, once however often it is asked for: the quote's id is made of the request's."""
    found = await caller.ask(GetRequest(request_id=request_id))
    # Whoever may write quotes, but not answer requests, must not leave a quote that nothing refers to.
    if not permissions.may_in_office(caller.principal, "requests.write"):
        raise forbidden()
    if found.quote_id:
        return found
    quote = await _quote(caller, found, uuid5(request_id, "quote"))
    return await caller.ask(LinkQuote(id=new_id, request_id=request_id, quote_id=quote.id, number=quote.number))


async def _quote(caller: Caller, found: RequestView, quote_id: UUID) -> QuoteView:
    """The quote, made by now or by an attempt that was broken off before it was linked."""
    try:
        return await caller.ask(GetQuote(quote_id=quote_id))
    except DomainError as problem:
        if problem.code != "not_found":
            raise
    place = await caller.ask(GetProperty(property_id=found.property.id))
    branch = await caller.ask(GetBranch(branch_id=place.branch_id))
    command = CreateQuote(
        id=quote_id,
        branch_id=place.branch_id,
        time_zone=branch.time_zone,
        customer=place.customer,
        property=place.snapshot(),
        contact_id=found.contact_id,
        description=f"{found.title}\n\n{found.description}"[:10_000],
    )
    return await caller.ask(command)
