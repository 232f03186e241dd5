"""Requests: issues that a customer or the office raises, and what both say of them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answered, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import fieldwork as issuing
from gateway.paging import Cursor, Limit
from services.contracts.fieldwork.requests import (
    ChangeRequest,
    CloseRequest,
    CommentOnRequest,
    CommentView,
    GetRequest,
    ListRequests,
    ReopenRequest,
    RequestStatus,
    RequestSummary,
    RequestView,
)
from services.contracts.messages import Page

Sought = Annotated[str, Query(max_length=100, description="A number, or the beginning of a title.")]


@portal.get("/requests", **answers(Page[RequestSummary]))
@office.get("/requests", **answers(Page[RequestSummary]))
async def list_requests(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: RequestStatus | None = None,
    search: Sought = "",
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Requests, newest first; a customer sees those that include the client."""
    query = ListRequests(property_ids=properties, status=status, search=search, cursor=cursor, limit=limit)
    return await relayed(caller, query)


@portal.get("/requests/{request_id}", **answers(RequestView))
@office.get("/requests/{request_id}", **answers(RequestView))
async def get_request(request_id: UUID, caller: ApiCaller) -> Response:
    """One request with its comments and attachments; a customer sees the public ones."""
    return await relayed(caller, GetRequest(request_id=request_id))


@portal.post("/requests", **answers(RequestView, 201))
async def raise_request(body: issuing.NewRequest, caller: ApiCaller, new_id: CommandId) -> Response:
    """Raises an issue for one of the contact's properties."""
    return await relayed(caller, await issuing.request(caller, body, new_id), 201)


@office.post("/requests", **answers(RequestView, 201))
async def raise_request_in_office(body: issuing.NewOfficeRequest, caller: ApiCaller, new_id: CommandId) -> Response:
    """Raises an issue for any property of the company."""
    return await relayed(caller, await issuing.request(caller, body, new_id), 201)


@portal.post("/requests/{request_id}/comments", **answers(CommentView, 201))
async def comment(request_id: UUID, body: issuing.NewComment, caller: ApiCaller, new_id: CommandId) -> Response:
    """Says something about a request; one that was closed is open again."""
    return await relayed(caller, CommentOnRequest(id=new_id, request_id=request_id, text=body.text), 201)


@office.post("/requests/{request_id}/comments", **answers(CommentView, 201))
async def comment_in_office(
    request_id: UUID, body: issuing.NewOfficeComment, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Answers the customer where it is `public`, and otherwise makes a note for colleagues."""
    command = CommentOnRequest(id=new_id, request_id=request_id, text=body.text, public=body.public)
    return await relayed(caller, command, 201)


@office.patch("/requests/{request_id}", **answers(RequestView))
async def change_request(
    request_id: UUID, body: issuing.RequestChange, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Changes what is given."""
    command: ChangeRequest = await issuing.request_change(caller, request_id, body, new_id)
    return await relayed(caller, command)


@office.post("/requests/{request_id}/close", **answers(RequestView))
async def close_request(request_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Open to closed; a closed one stays as it is."""
    return await relayed(caller, CloseRequest(id=new_id, request_id=request_id))


@office.post("/requests/{request_id}/reopen", **answers(RequestView))
async def reopen_request(request_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Closed to open; an open one stays as it is."""
    return await relayed(caller, ReopenRequest(id=new_id, request_id=request_id))


@office.post("/requests/{request_id}/become-job", **answers(RequestView))
async def become_job(request_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Makes a job of it, with its attachments; asked for again, it is still that job."""
    return await relayed(caller, await issuing.become_job(caller, request_id, new_id))


@office.post("/requests/{request_id}/become-quote", **answers(RequestView))
async def become_quote(request_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Makes a quote of it, with its attachments; asked for again, it is still that quote."""
    return answered(await issuing.become_quote(caller, request_id, new_id))
