"""Signing in and out, for customers and staff alike."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field, SecretStr, model_validator

import gateway
from gateway import auth, logos
from gateway.api.routers import Settings, TheBus, answered, answers, public, signed_in
from gateway.auth import ApiCaller
from gateway.clients import client_of
from gateway.requests import Body
from gateway.settings import GatewaySettings
from services.contracts.identity.invitations import AcceptInvitation
from services.contracts.identity.people import Client
from services.contracts.identity.portals import GetPortal
from services.contracts.identity.sessions import SessionView, SignIn, SignInStaff, SignInWithCode, SignOut
from services.contracts.messages import View
from services.contracts.principals import PaymentMethodType, Section

OFFICE = "office"
WRONG = "The e-mail address, or the password or code, is wrong."

Address = Annotated[str, Field(max_length=320)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=200)]


class PortalBrand(View):
    """How a portal looks; `logo_url` is null where it has no logo."""

    name: str
    colour: str
    logo_url: str | None


class PortalAnswer(View):
    """What anybody may know of a portal; no method type is on where electronic payments are off."""

    slug: str
    name: str
    brand: PortalBrand
    logo_url: str | None
    version: str
    sections: list[Section]
    payment_method_types: list[PaymentMethodType]


class Credentials(Body):
    email: Address
    password: Secret


class StaffCredentials(Credentials):
    """`totp` is the code of the authenticator app, or a recovery code, of who has a second factor."""

    totp: Secret | None = None


class PortalCredentials(Body):
    """An e-mail address with either a password or the one-time code that was mailed to it."""

    email: Address
    password: Secret | None = None
    code: Secret | None = None

    @model_validator(mode="after")
    def _proves_once(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise ValueError("give a password or a code")
        return self


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
async def get_portal(portal: str, bus: TheBus, settings: Settings) -> Response:
    """A portal's name, brand, version, and what is on in it."""
    found = await bus.ask(GetPortal(slug=portal))
    logo = found.brand.logo
    logo_url = settings.public_url + logos.address(found.slug, logo.sha256) if logo else None
    return answered(
        PortalAnswer(
            slug=found.slug,
            name=found.brand.name,
            brand=PortalBrand(name=found.brand.name, colour=found.brand.colour, logo_url=logo_url),
            logo_url=logo_url,
            version=gateway.VERSION,
            sections=found.settings.sections,
            payment_method_types=found.settings.payment_method_types if found.settings.electronic_payments else [],
        )
    )


@public.post("/portals/{portal}/sessions", **answers(SessionAnswer, 201, s401=WRONG))
async def sign_in(portal: str, body: PortalCredentials, request: Request, bus: TheBus, settings: Settings) -> Response:
    """Signs a contact in to a portal, by password or by code; a browser gets the cookie too.

    Where the password is right but this portal is not theirs, the 401 names those that are in `portals`.
    """
    return _began(await bus.ask(_proof(portal, body, client_of(request))), settings)


def _proof(portal: str, body: PortalCredentials, client: Client) -> SignIn | SignInWithCode:
    if body.code:
        return SignInWithCode(portal=portal, email=body.email, code=body.code, client=client)
    assert body.password
    return SignIn(portal=portal, email=body.email, password=body.password, client=client)


@public.post("/office/sessions", **answers(SessionAnswer, 201, s401="E-mail or password is wrong, or a code missing."))
async def sign_in_staff(body: StaffCredentials, request: Request, bus: TheBus, settings: Settings) -> Response:
    """Signs a staff member in; the reason `totp_required` asks for the code of their second factor too."""
    message = SignInStaff(email=body.email, password=body.password, totp=body.totp, client=client_of(request))
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
