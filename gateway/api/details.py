"""My Details: what the customer keeps current about itself, and the contact about themselves."""

from typing import Literal

from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, portal, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.customers import (
    ChangeDetails,
    DetailsChangeView,
    DetailsView,
    GetDetails,
    ListDetailsHistory,
)
from services.contracts.identity.people import Email, Phone
from services.contracts.messages import Page
from services.contracts.snapshots import Address, Name


@portal.get("/details", **answers(DetailsView))
async def get_details(caller: ApiCaller) -> Response:
    """The customer's details, and the contact's own."""
    return await relayed(caller, GetDetails())


class DetailsChange(Body):
    """Only what is named changes; the first four are the customer's, the others the contact's own."""

    customer_name: Name | None = None
    mailing_address: Address | None = None
    customer_phone: Phone | None = None
    customer_email: Email | Literal[""] | None = None
    name: Name | None = None
    phone: Phone | None = None


@portal.patch("/details", **answers(DetailsView))
async def change_details(body: DetailsChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what is named and answers all; documents keep the names and addresses that they were issued with."""
    return await relayed(caller, ChangeDetails(id=new_id, **dict(body)))


@portal.get("/details/history", **answers(Page[DetailsChangeView]))
async def list_details_history(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Who changed what, newest first."""
    return await relayed(caller, ListDetailsHistory(cursor=cursor, limit=limit))
