"""Viewing a portal as a customer sees it."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import CommandId, answered, answers, people
from gateway.api.sessions import SessionAnswer
from gateway.auth import ApiCaller
from gateway.clients import client_of
from gateway.requests import Body
from services.contracts.identity.sessions import BeginViewing


class Viewing(Body):
    """`portal` is the slug of one that the contact may enter."""

    portal: Annotated[str, Field(min_length=1, max_length=60)]


@people.post("/contacts/{contact_id}/viewing-sessions", **answers(SessionAnswer, 201))
async def begin_viewing(
    contact_id: UUID, body: Viewing, caller: ApiCaller, request: Request, new_id: CommandId
) -> Response:
    """A session of an hour that sees what the contact sees and changes nothing."""
    message = BeginViewing(id=new_id, contact_id=contact_id, portal=body.portal, client=client_of(request))
    session = await caller.ask(message)
    return answered(SessionAnswer(id=session.id, token=session.token, expires_at=session.expires_at), 201)
