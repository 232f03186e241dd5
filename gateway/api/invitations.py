"""Inviting contacts, one or many, and again."""

from typing import Annotated
from uuid import UUID

from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import CommandId, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.requests import Body
from services.contracts.identity.invitations import InvitationsView, InvitationView, InviteContact, InviteContacts


@office.post("/contacts/{contact_id}/invitation", **answers(InvitationView, 201))
async def invite_contact(contact_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Invites a contact by mail, or again."""
    return await relayed(caller, InviteContact(id=new_id, contact_id=contact_id), 201)


class Invitations(Body):
    """Whom to invite; each once."""

    contact_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


@office.post("/invitations", **answers(InvitationsView, 201))
async def invite_contacts(body: Invitations, caller: ApiCaller, new_id: CommandId) -> Response:
    """Invites many by mail; of each who cannot be invited `problem` says why, and the others are."""
    return await relayed(caller, InviteContacts(id=new_id, contact_ids=body.contact_ids), 201)
