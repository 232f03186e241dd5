"""Signing in and out, for customers and staff alike."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field, SecretStr

import gateway
from gateway import auth
from gateway.api.routers import Settings, TheBus, answered, answers, public, signed_in
from gateway.auth import ApiCaller
from gateway.clients import client_of
from gateway.requests import Body
from gateway.settings import GatewaySettings
from services.contracts.identity.invitations import AcceptInvitation
from services.contracts.identity.portals import Brand, GetPortal
from services.contracts.identity.sessions import SessionView, SignIn, SignInStaff, SignOut
from services.contracts.messages import View
from services.contracts.principals import PaymentMethodType, Section

OFFICE = "office"

Secret = Annotated[SecretStr, Field(min_length=1, max_length=200)]


class PortalAnswer(View):
    """What anybody may know of a portal."""

    slug: str
    name: str
    brand: Brand
    version: str
    sections: list[Section]
    payment_method_types: list[PaymentMethodType]


class Credentials(Body):
    email: Annotated[str, Field(max_length=320)]
    password: Secret


class Acceptance(Body):
    """`token` is in the mailed link; `password` is at least 12 characters long."""

    token: Secret
    password: Secret


class SessionAnswer(View):
    """A session that just began; `token` is told only once."""

    id: UUID
    token: str
    expires_at: datetime


@public.get("/portals/{portal}", **answers(PortalAnswer))
async def get_portal(portal: str, bus: TheBus) -> Response:
    """A portal's name, brand, version, and what is on in it."""
    found = await bus.ask(GetPortal(slug=portal))
    return answered(
        PortalAnswer(
            slug=found.slug,
            name=found.brand.name,
            brand=found.brand,
            version=gateway.VERSION,
            sections=found.settings.sections,
            payment_method_types=found.settings.payment_method_types,
        )
    )


@public.post("/portals/{portal}/sessions", **answers(SessionAnswer, 201, s401="E-mail or password is wrong."))
async def sign_in(portal: str, body: Credentials, request: Request, bus: TheBus, settings: Settings) -> Response:
    """Signs a contact in to a portal; a browser gets the cookie too."""
    client = client_of(request)
    message = SignIn(portal=portal, email=body.email, password=body.password, client=client)
    return _began(await bus.ask(message), settings)


@public.post("/office/sessions", **answers(SessionAnswer, 201, s401="E-mail or password is wrong."))
async def sign_in_staff(body: Credentials, request: Request, bus: TheBus, settings: Settings) -> Response:
    """Signs a staff member in."""
    message = SignInStaff(email=body.email, password=body.password, client=client_of(request))
    return _began(await bus.ask(message), settings)


@public.post("/invitations/acceptance", **answers(SessionAnswer, 201, s410="The invitation is used or expired."))
async def accept_invitation(body: Acceptance, request: Request, bus: TheBus, settings: Settings) -> Response:
    """Accepts an invitation, sets the password of an account that has none, and signs in."""
    message = AcceptInvitation(token=body.token, password=body.password, client=client_of(request))
    return _began(await bus.ask(message), settings)


@signed_in.delete("/sessions/current", status_code=204)
async def sign_out(caller: ApiCaller, request: Request, settings: Settings) -> Response:
    """Ends the session that the call was made with."""
    await caller.ask(SignOut())
    auth.forget(request, caller.token)
    response = Response(status_code=204)
    portal = caller.principal.portal
    auth.drop_session_cookie(response, portal.slug if portal else OFFICE, settings)
    return response


def _began(session: SessionView, settings: GatewaySettings) -> Response:
    told = SessionAnswer(id=session.id, token=session.token, expires_at=session.expires_at)
    response = answered(told, 201)
    auth.set_session_cookie(response, session.portal_slug or OFFICE, session, settings)
    return response
