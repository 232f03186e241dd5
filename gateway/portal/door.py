"""The way in and out: finding a portal, signing in with a password, signing out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import SecretStr, ValidationError

from gateway.auth import check_origin, drop_session_cookie, forget, set_session_cookie
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import own, see
from gateway.pages.forms import Form, invalid, received, texts
from gateway.pages.render import page
from gateway.portal.entry import OpenPortal, Visitor, bus_of
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.contacts import RequestPortals
from services.contracts.identity.portals import GetPortal, PortalView
from services.contracts.identity.sessions import SessionView, SignIn, SignOut
from services.contracts.messages import View

router = APIRouter()

_ELSEWHERE = "You cannot sign in to this portal."
EMAIL_SENTENCE = {"email": "Enter an e-mail address such as name@example.com."}


class OtherPortal(View):
    """A portal that somebody can sign in to instead."""

    slug: str
    name: str


@router.get("/")
async def find(request: Request, portal: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What this is, and the two ways to one's portal: by mail, or by a name that one knows."""
    slug = portal.strip().strip("/").rpartition("/")[2].lower()
    if not slug:
        return page(request, "door/find.html", form=Form({"portal": portal}))
    try:
        await bus_of(request).ask(GetPortal(slug=slug))
    except DomainError:
        errors = {"portal": "There is no portal of this name. Look at the address in an e-mail that we sent you."}
        return page(request, "door/find.html", 404, form=Form({"portal": portal}, errors))
    return see(f"/{slug}/dashboard")


@router.post("/")
async def mail_portals(request: Request) -> Response:
    """Mails people the portals that they have, and says the same to whoever asks."""
    check_origin(request, request.app.state.settings)
    email = texts(await read_form(request)).get("email", "").strip()
    try:
        await bus_of(request).ask(RequestPortals(email=email, client=client_of(request)))
    except ValidationError as error:
        return page(request, "door/find.html", 422, form=invalid({"email": email}, error, EMAIL_SENTENCE))
    except DomainError as error:
        problem, form = problem_of(error), Form({"email": email}, {"email": error.message})
        return page(request, "door/find.html", problem.status_code, headers=problem.headers, form=form)
    return page(request, "door/mailed.html", email=email, what="the portals that you can sign in to", again="/")


@router.get("/{portal}")
@router.get("/{portal}/")
async def enter(portal: OpenPortal) -> RedirectResponse:
    """A portal's own address."""
    return see(f"/{portal.slug}/dashboard")


@router.get("/{portal}/login")
async def ask_who(
    request: Request,
    portal: OpenPortal,
    next: str = "",  # noqa: A002  # the address says so
    password_set: bool = False,
) -> Response:
    """The sign-in form; `password_set` is said to whoever chose a new one just now."""
    form = Form({"next": own(portal.slug, next, "")})
    return page(request, "door/login.html", form=form, elsewhere=[], password_set=password_set)


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
    return signed_in(request, session, onward(portal, typed))


def _refused(request: Request, portal: PortalView, typed: dict[str, str], error: DomainError) -> Response:
    """The form again; whoever may go to other portals is told which, for they proved who they are."""
    problem = problem_of(error)
    shown = {"email": typed.get("email", ""), "next": own(portal.slug, typed.get("next", ""), "")}
    elsewhere = [OtherPortal.model_validate(each) for each in error.details.get("portals", [])]
    return page(
        request,
        "door/login.html",
        problem.status_code,
        headers=problem.headers,
        form=Form(shown, {"": _ELSEWHERE if elsewhere else error.message}),
        elsewhere=elsewhere,
        password_set=False,
    )


@router.post("/{portal}/logout")
async def sign_out(request: Request, visitor: Visitor, portal: str) -> Response:
    """Ends the session, here and at once everywhere; staff who looked as a contact go back to the office."""
    await received(request)
    await visitor.ask(SignOut())
    forget(request, visitor.token)
    who = visitor.principal
    response = see(f"/office/contacts/{who.id}" if who.viewer else f"/{portal}/login")
    drop_session_cookie(response, portal, request.app.state.settings)
    return response


def onward(portal: PortalView, typed: dict[str, str]) -> str:
    """Where a form of the door leads once somebody is signed in."""
    return own(portal.slug, typed.get("next", ""), f"/{portal.slug}/dashboard")


def signed_in(request: Request, session: SessionView, location: str) -> Response:
    """Goes on to a page of the portal that the session opens, with its cookie."""
    response = see(location)
    assert session.portal_slug
    set_session_cookie(response, session.portal_slug, session, request.app.state.settings)
    return response
