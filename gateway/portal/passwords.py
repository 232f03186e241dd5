"""A forgotten password: a mailed link sets a new one."""

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr, ValidationError

from gateway.auth import check_origin
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import see
from gateway.pages.forms import Form, invalid, refused, texts
from gateway.pages.render import page
from gateway.portal.door import EMAIL_SENTENCE
from gateway.portal.entry import InPortal, OpenPortal, bus_of
from gateway.portal.secrets import gone, secret_page
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.passwords import CompletePasswordReset, RequestPasswordReset

router = APIRouter()

PASSWORD_SENTENCE = {"password": "Choose a password of 12 to 200 characters."}


@router.get("/{portal}/password", dependencies=[InPortal])
async def ask(request: Request) -> Response:
    """Where should the link go?"""
    return page(request, "door/password_ask.html", form=Form())


@router.post("/{portal}/password")
async def send(request: Request, portal: OpenPortal) -> Response:
    """Mails a link, and says the same to whoever asks."""
    check_origin(request, request.app.state.settings)
    email = texts(await read_form(request)).get("email", "").strip()
    try:
        command = RequestPasswordReset(portal=portal.slug, email=email, client=client_of(request))
        await bus_of(request).ask(command)
    except ValidationError as error:
        form = invalid({"email": email}, error, EMAIL_SENTENCE)
        return page(request, "door/password_ask.html", 422, form=form)
    except DomainError as error:
        form = Form({"email": email}, {"email": error.message})
        return page(request, "door/password_ask.html", problem_of(error).status_code, form=form)
    what, again = "a link that sets a new password", f"/{portal.slug}/password"
    return page(request, "door/mailed.html", email=email, what=what, again=again)


@router.get("/{portal}/password/{token}", dependencies=[InPortal])
async def show(request: Request) -> Response:
    """The form of a mailed link."""
    return secret_page(request, "door/password_set.html", form=Form())


@router.post("/{portal}/password/{token}")
async def set_password(request: Request, portal: OpenPortal, token: str) -> Response:
    """Sets the password, which signs out everywhere, and leads to the sign-in page."""
    check_origin(request, request.app.state.settings)
    password = SecretStr(texts(await read_form(request)).get("password", ""))
    try:
        command = CompletePasswordReset(token=SecretStr(token), password=password, client=client_of(request))
        await bus_of(request).ask(command)
    except ValidationError as error:
        return secret_page(request, "door/password_set.html", 422, form=invalid({}, error, PASSWORD_SENTENCE))
    except DomainError as error:
        if error.details.get("field") != "password":
            return gone(request, error, f"/{portal.slug}/password", "E-mail me a new one")
        form = refused({}, error, {"password": "password"})
        return secret_page(request, "door/password_set.html", problem_of(error).status_code, form=form)
    return see(f"/{portal.slug}/login?password_set=1")
