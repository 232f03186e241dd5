"""Looking at a portal as one of its contacts sees it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import set_session_cookie
from gateway.clients import client_of
from gateway.office.entry import CustomersWriter
from gateway.office.sending import typed_in
from gateway.pages.addresses import see
from services.contracts.identity.sessions import BeginViewing

router = APIRouter()


@router.post("/office/contacts/{contact_id:uuid}/viewing")
async def view_as(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """Opens the portal with a session of its own, in which nothing can be changed; the office's session stays."""
    typed = await typed_in(request)
    session = await member.ask(BeginViewing(contact_id=contact_id, portal=typed["portal"], client=client_of(request)))
    response = see(f"/{session.portal_slug}/dashboard")
    set_session_cookie(response, str(session.portal_slug), session, request.app.state.settings)
    return response
