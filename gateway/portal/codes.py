"""Signing in without a password: a one-time code or link that is mailed."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import SecretStr, ValidationError

from gateway.auth import check_origin
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import own, see
from gateway.pages.forms import Form, invalid, texts
from gateway.pages.render import page
from gateway.portal.door import EMAIL_SENTENCE, onward, signed_in
from gateway.portal.entry import InPortal, OpenPortal, bus_of
from gateway.portal.secrets import gone, secret_page
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.portals import PortalView
from services.contracts.identity.sessions import RequestLoginCode, SignInWithCode, SignInWithLink

router = APIRouter()

_NO_CODE = {"code": "Enter the code from the e-mail."}
_WRONG = "This code is wrong or too old. Look at the newest e-mail, or ask for another one."


@router.get("/{portal}/login/code")
async def ask(request: Request, portal: OpenPortal, next: str = "") -> Response:  # noqa: A002  # the address says so
    """Where should the code go?"""
    return _asked(request, Form({"next": own(portal.slug, next, "")}))


@router.post("/{portal}/login/code")
async def send(request: Request, portal: OpenPortal) -> Response:
    """Mails a code and a link, and says the same to whoever asks."""
    check_origin(request, request.app.state.settings)
    shown = _shown(portal, texts(await read_form(request)))
    try:
        command = RequestLoginCode(portal=portal.slug, email=shown["email"], client=client_of(request))
        await bus_of(request).ask(command)
    except ValidationError as error:
        return _asked(request, invalid(shown, error, EMAIL_SENTENCE), 422)
    except DomainError as error:
        return _asked(request, Form(shown, {"email": error.message}), problem_of(error).status_code)
    return _entering(request, Form(shown))


@router.get("/{portal}/login/code/enter", dependencies=[InPortal])
async def begin_again(portal: str) -> RedirectResponse:
    """The form to enter a code knows whose it is only when it follows the first."""
    return see(f"/{portal}/login/code")


@router.post("/{portal}/login/code/enter")
async def enter(request: Request, portal: OpenPortal) -> Response:
    """Signs in with the code."""
    check_origin(request, request.app.state.settings)
    typed = texts(await read_form(request))
    shown, code = _shown(portal, typed), "".join(typed.get("code", "").split())
    if not code:
        return _entering(request, Form(shown, dict(_NO_CODE)), 422)
    command = SignInWithCode(portal=portal.slug, email=shown["email"], code=SecretStr(code), client=client_of(request))
    try:
        session = await bus_of(request).ask(command)
    except DomainError as error:
        problem = problem_of(error)
        wrong = error.details.get("reason") == "wrong_credentials"
        form = Form(shown, {"code": _WRONG if wrong else error.message})
        return _entering(request, form, problem.status_code, headers=problem.headers)
    return signed_in(request, session, onward(portal, typed))


@router.get("/{portal}/login/link/{token}", dependencies=[InPortal])
async def show_link(request: Request) -> Response:
    """A button: programs that look at the links of a mail do not press it, so the link is still good."""
    return secret_page(request, "door/link.html")


@router.post("/{portal}/login/link/{token}")
async def follow_link(request: Request, portal: OpenPortal, token: str) -> Response:
    """Signs in with the link."""
    check_origin(request, request.app.state.settings)
    command = SignInWithLink(portal=portal.slug, token=SecretStr(token), client=client_of(request))
    try:
        session = await bus_of(request).ask(command)
    except DomainError as error:
        return gone(request, error, f"/{portal.slug}/login/code", "E-mail me a new one")
    return signed_in(request, session, f"/{portal.slug}/dashboard")


def _shown(portal: PortalView, typed: dict[str, str]) -> dict[str, str]:
    return {"email": typed.get("email", "").strip(), "next": own(portal.slug, typed.get("next", ""), "")}


def _asked(request: Request, form: Form, http_status: int = 200) -> Response:
    return page(request, "door/code.html", http_status, form=form)


def _entering(request: Request, form: Form, http_status: int = 200, **more: Any) -> Response:
    return page(request, "door/code_enter.html", http_status, form=form, **more)
