"""Who is calling: sessions as bearer tokens or cookies, principals remembered for a moment, CSRF."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from gateway.bus import Bus
from gateway.errors import Problem, SignInNeeded, unauthorized
from gateway.principals import Principals
from gateway.settings import GatewaySettings
from services.contracts.errors import DomainError
from services.contracts.identity.sessions import SessionView
from services.contracts.messages import Ask, Command
from services.contracts.principals import Principal

Answer = TypeVar("Answer")

COOKIE = "portico_session"
OFFICE = "office"
"""Where the staff's pages lie, and their cookie with them, as a portal's lie under its slug."""


@dataclass(frozen=True)
class Caller:
    """A principal, the session token that proved it, and the way to ask in its name."""

    principal: Principal
    token: str
    bus: Bus
    principals: Principals

    async def ask(self, message: Ask[Answer]) -> Answer:
        """The service's answer to this principal; raises what `Bus.ask` raises."""
        answer = await self.bus.ask(message, self.principal)
        if isinstance(message, Command) and message.service() == "identity":
            # It may have changed anybody's access. The other gateways hear of it in a moment, by an event; whoever
            # asks this one next may be faster.
            self.principals.forget_company(self.principal.company_id)
        return answer


async def bearer(request: Request) -> Caller:
    """Whoever the `Authorization` header proves: a cookie opens no API route, so none can be forged."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized()
    try:
        return await _caller(request, token.strip())
    except DomainError:
        raise unauthorized() from None


ApiCaller = Annotated[Caller, Depends(bearer)]
"""Anybody with a session."""


async def require_contact(request: Request) -> None:
    """Refuses everybody but customers' contacts."""
    if (await bearer(request)).principal.kind != "contact":
        raise Problem(403, "This is for customers; staff work under /api/v1/office.", code="forbidden")


async def require_office(request: Request) -> None:
    """Refuses everybody but the company's staff, and its other systems with their API keys."""
    principal = (await bearer(request)).principal
    if principal.kind not in ("staff", "integration"):
        raise Problem(403, "This is for the company's staff.", code="forbidden")
    _check_enrolled(principal)


async def require_staff(request: Request) -> None:
    """Refuses everybody but the company's staff: here a person has to answer for what is done."""
    principal = (await bearer(request)).principal
    if principal.kind != "staff":
        raise Problem(403, "This is for people of the company's staff.", code="forbidden", reason="people_only")
    _check_enrolled(principal)


async def require_person(request: Request) -> None:
    """Refuses API keys, which have no session, no password and no second factor."""
    if (await bearer(request)).principal.kind == "integration":
        raise Problem(403, "This is for people, not for API keys.", code="forbidden", reason="people_only")


def _check_enrolled(principal: Principal) -> None:
    """Refuses a staff member whose company asks for a second factor that they have not set up."""
    if principal.must_enrol:
        detail = "Your company asks for a second factor: set it up first, with POST /api/v1/me/totp."
        raise Problem(403, detail, code="forbidden", reason="must_enrol")


async def page_caller(request: Request, slug: str) -> Caller:
    """The contact whose cookie this is, in this portal; raises SignInNeeded where there is none."""
    token = request.cookies.get(COOKIE)
    try:
        if token:
            caller = await _caller(request, token)
            if caller.principal.portal and caller.principal.portal.slug == slug:
                return caller
    except DomainError:
        token = None
    raise SignInNeeded(sign_in_address(request, slug))


async def office_caller(request: Request) -> Caller:
    """The staff member whose cookie this is; raises SignInNeeded where there is none."""
    token = request.cookies.get(COOKIE)
    try:
        if token:
            caller = await _caller(request, token)
            if caller.principal.kind == "staff":
                return caller
    except DomainError:
        token = None
    raise SignInNeeded(sign_in_address(request, OFFICE))


def sign_in_address(request: Request, slug: str) -> str:
    """The sign-in page, which leads back to the page that was asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = asked if request.method == "GET" else f"/{slug}"
    return f"/{quote(slug)}/login?next={quote(back, safe='')}"


async def _caller(request: Request, token: str) -> Caller:
    principals: Principals = request.app.state.principals
    return Caller(await principals.of(token), token, request.app.state.bus, principals)


def forget(request: Request, token: str) -> None:
    """Drops what is remembered of a session that just ended."""
    principals: Principals = request.app.state.principals
    principals.forget(token)


# Cookies


def set_session_cookie(response: Response, slug: str, session: SessionView, settings: GatewaySettings) -> None:
    """Signs a browser in to one portal: the cookie is sent to that portal's pages only."""
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=max(0, int((session.expires_at - datetime.now(UTC)).total_seconds())),
        path=f"/{slug}",
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )


def drop_session_cookie(response: Response, slug: str, settings: GatewaySettings) -> None:
    """Has the browser forget its session in one portal."""
    response.delete_cookie(COOKIE, path=f"/{slug}", httponly=True, samesite="lax", secure=settings.is_https)


# Forms


def csrf_token(token: str) -> str:
    """What a form of this session must send back; it tells nothing of the session's token."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def check_csrf(request: Request, form: FormData) -> None:
    """Refuses a form that was not made for this session."""
    sent, token = form.get("csrf_token"), request.cookies.get(COOKIE, "")
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
        raise Problem(403, "This form is too old, or was not ours. Go back, reload the page and try again.")


def check_origin(request: Request, settings: GatewaySettings) -> None:
    """Refuses a form without a session that another site's page sends; a client that is no browser says neither."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin in (None, settings.public_url)):
        return
    raise Problem(403, "This form came from another site.")
