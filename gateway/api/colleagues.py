"""Delegated access: contacts who manage the contacts of their own customer."""

from typing import Literal
from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, portal, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ContactView,
    GetColleague,
    ListColleagues,
    PropertyRoleView,
)
from services.contracts.identity.invitations import InvitationView, InviteContact
from services.contracts.identity.people import Email
from services.contracts.messages import Page
from services.contracts.principals import Permission
from services.contracts.snapshots import Name


@portal.get("/colleagues", **answers(Page[ContactView]))
async def list_colleagues(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The contacts of the own customer, by name."""
    return await relayed(caller, ListColleagues(cursor=cursor, limit=limit))


@portal.get("/colleagues/{contact_id}", **answers(ContactView))
async def get_colleague(contact_id: UUID, caller: ApiCaller) -> Response:
    """One of them."""
    return await relayed(caller, GetColleague(contact_id=contact_id))


class NewColleague(Body):
    """Nobody gives more rights than they have."""

    name: Name
    email: Email
    permissions: list[Permission]
    property_roles: list[PropertyRoleView] = []


@portal.post("/colleagues", **answers(ContactView, 201))
async def add_colleague(body: NewColleague, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new contact of the own customer, who is invited by mail at once."""
    return await relayed(caller, AddColleague(id=new_id, **dict(body)), 201)


@portal.post("/colleagues/{contact_id}/invitation", **answers(InvitationView, 201))
async def invite_colleague(contact_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Invites a colleague by mail again."""
    return await relayed(caller, InviteContact(id=new_id, contact_id=contact_id), 201)


class ColleagueChange(Body):
    """Only what is named changes; `permissions` are all that the colleague may from then on."""

    status: Literal["active", "disabled"] | None = None
    permissions: list[Permission] | None = None
    property_roles: list[PropertyRoleView] | None = None


@portal.patch("/colleagues/{contact_id}", **answers(ContactView))
async def change_colleague(contact_id: UUID, body: ColleagueChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what a colleague may do, at once: never oneself, and nobody who has more rights."""
    return await relayed(caller, ChangeColleague(id=new_id, contact_id=contact_id, **dict(body)))
