"""A person's way in: codes and links that are mailed, the password, and the sessions that are open."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import CommandId, TheBus, answers, problem, public, relayed, signed_in
from gateway.api.sessions import Address, Secret
from gateway.auth import ApiCaller
from gateway.clients import client_of
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.contacts import RequestPortals
from services.contracts.identity.passwords import ChangePassword, CompletePasswordReset, RequestPasswordReset
from services.contracts.identity.sessions import EndSession, ListSessions, OwnSessionView, RequestLoginCode
from services.contracts.messages import Page

MAILED = {202: {"description": "Whoever it concerns is mailed; whether there is anybody is not told."}}
DONE = {204: {"description": "Done."}}


class Knock(Body):
    """Somebody who says which address is theirs."""

    email: Address


class ResetRequest(Body):
    """`portal` is the slug of one, or `office` for staff."""

    email: Address
    portal: Annotated[str, Field(min_length=1, max_length=60)]


class ResetCompletion(Body):
    """`token` is in the mailed link; `password` is at least 12 characters long."""

    token: Secret
    password: Secret


class PasswordChange(Body):
    """`password` is at least 12 characters long."""

    current_password: Secret
    password: Secret


@public.post("/portals/{portal}/login-codes", status_code=202, response_class=Response, responses=MAILED)
async def request_login_code(portal: str, body: Knock, request: Request, bus: TheBus) -> Response:
    """Mails a link and a one-time code, good for 15 minutes, if the address is that of somebody who may enter."""
    await bus.ask(RequestLoginCode(portal=portal, email=body.email, client=client_of(request)))
    return Response(status_code=202)


@public.post("/portal-links", status_code=202, response_class=Response, responses=MAILED)
async def request_portals(body: Knock, request: Request, bus: TheBus) -> Response:
    """Mails the links of all portals that the address may enter, a mail for each company."""
    await bus.ask(RequestPortals(email=body.email, client=client_of(request)))
    return Response(status_code=202)


@public.post("/password-resets", status_code=202, response_class=Response, responses=MAILED)
async def request_password_reset(body: ResetRequest, request: Request, bus: TheBus) -> Response:
    """Mails a link that sets a new password, good for an hour, if the address is that of somebody who may enter."""
    await bus.ask(RequestPasswordReset(portal=body.portal, email=body.email, client=client_of(request)))
    return Response(status_code=202)


@public.post(
    "/password-resets/completion",
    status_code=204,
    response_class=Response,
    responses={**DONE, 410: problem("The link is used or expired.")},
)
async def complete_password_reset(body: ResetCompletion, request: Request, bus: TheBus) -> Response:
    """Sets the account's password and ends all its sessions everywhere; it does not sign in."""
    message = CompletePasswordReset(token=body.token, password=body.password, client=client_of(request))
    await bus.ask(message)
    return Response(status_code=204)


@signed_in.put("/me/password", status_code=204, response_class=Response, responses=DONE)
async def change_password(body: PasswordChange, caller: ApiCaller, request: Request) -> Response:
    """Sets the caller's password anew and ends every other session; 422 names `current_password` where it is wrong."""
    message = ChangePassword(current_password=body.current_password, password=body.password, client=client_of(request))
    await caller.ask(message)
    return Response(status_code=204)


@signed_in.get("/sessions", **answers(Page[OwnSessionView]))
async def list_sessions(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The caller's own open sessions at this company, newest first."""
    return await relayed(caller, ListSessions(cursor=cursor, limit=limit))


@signed_in.delete("/sessions/{session_id}", status_code=204, response_class=Response, responses=DONE)
async def end_session(session_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Ends one of the caller's own sessions; anybody else's is not found."""
    await caller.ask(EndSession(id=new_id, session_id=session_id))
    return Response(status_code=204)
