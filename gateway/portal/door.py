"""The way in and out: finding a portal, signing in, signing out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import SecretStr

from gateway.auth import check_origin, drop_session_cookie, forget, set_session_cookie
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import own, see
from gateway.pages.forms import Form, received, texts
from gateway.pages.render import page
from gateway.portal.entry import OpenPortal, Visitor, bus_of
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.portals import GetPortal, PortalView
from services.contracts.identity.sessions import SessionView, SignIn, SignOut

router = APIRouter()


@router.get("/")
async def find(request: Request, portal: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What this is, and the way to a portal whose name one knows."""
    slug = portal.strip().strip("/").rpartition("/")[2].lower()
    if not slug:
        return page(request, "door/find.html", form=Form({"portal": portal}))
    try:
        await bus_of(request).ask(GetPortal(slug=slug))
    except DomainError:
        errors = {"portal": "There is no portal of this name. Look at the address in an e-mail that we sent you."}
        return page(request, "door/find.html", 404, form=Form({"portal": portal}, errors))
    return see(f"/{slug}/dashboard")


@router.get("/{portal}")
@router.get("/{portal}/")
async def enter(portal: OpenPortal) -> RedirectResponse:
    """A portal's own address."""
    return see(f"/{portal.slug}/dashboard")


@router.get("/{portal}/login")
async def ask_who(request: Request, portal: OpenPortal, next: str = "") -> Response:  # noqa: A002  # the address says so
    """The sign-in form."""
    return page(request, "door/login.html", form=Form({"next": own(portal.slug, next, "")}))


@router.post("/{portal}/login")
async def sign_in(request: Request, portal: OpenPortal) -> Response:
    """Signs in and goes on to the page that was asked for."""
    check_origin(request, request.app.state.settings)
    typed = texts(await read_form(request))
    command = SignIn(
        portal=portal.slug,
        email=typed.get("email", "").strip(),
        password=SecretStr(typed.get("password", "")),
        client=client_of(request),
    )
    try:
        session = await bus_of(request).ask(command)
    except DomainError as error:
        return _refused(request, portal, typed, error)
    return signed_in(request, session, own(portal.slug, typed.get("next", ""), f"/{portal.slug}/dashboard"))


def _refused(request: Request, portal: PortalView, typed: dict[str, str], error: DomainError) -> Response:
    problem = problem_of(error)
    shown = {"email": typed.get("email", ""), "next": own(portal.slug, typed.get("next", ""), "")}
    form = Form(shown, {"": error.message})
    return page(request, "door/login.html", problem.status_code, headers=problem.headers, form=form)


@router.post("/{portal}/logout")
async def sign_out(request: Request, visitor: Visitor, portal: str) -> Response:
    """Ends the session, here and at once everywhere."""
    await received(request)
    await visitor.ask(SignOut())
    forget(request, visitor.token)
    response = see(f"/{portal}/login")
    drop_session_cookie(response, portal, request.app.state.settings)
    return response


def signed_in(request: Request, session: SessionView, location: str) -> Response:
    """Goes on to a page of the portal that the session opens, with its cookie."""
    response = see(location)
    assert session.portal_slug
    set_session_cookie(response, session.portal_slug, session, request.app.state.settings)
    return response
