"""Requests: issues that a customer or the office raises."""

from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import fieldwork as issuing
from gateway.paging import Cursor, Limit
from services.contracts.fieldwork.requests import GetRequest, ListRequests, RequestView
from services.contracts.messages import Page


@portal.get("/requests", **answers(Page[RequestView]))
@office.get("/requests", **answers(Page[RequestView]))
async def list_requests(
    caller: ApiCaller,
    properties: PropertyFilter,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Requests, newest first; a customer sees those that include the client."""
    return await relayed(caller, ListRequests(property_ids=properties, cursor=cursor, limit=limit))


@portal.get("/requests/{request_id}", **answers(RequestView))
@office.get("/requests/{request_id}", **answers(RequestView))
async def get_request(request_id: UUID, caller: ApiCaller) -> Response:
    """One request."""
    return await relayed(caller, GetRequest(request_id=request_id))


@portal.post("/requests", **answers(RequestView, 201))
async def raise_request(body: issuing.NewRequest, caller: ApiCaller, new_id: CommandId) -> Response:
    """Raises an issue for one of the contact's properties."""
    return await relayed(caller, await issuing.request(caller, body, new_id), 201)


@office.post("/requests", **answers(RequestView, 201))
async def raise_request_in_office(body: issuing.NewOfficeRequest, caller: ApiCaller, new_id: CommandId) -> Response:
    """Raises an issue for any property of the company."""
    return await relayed(caller, await issuing.request(caller, body, new_id), 201)
