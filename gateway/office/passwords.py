"""A forgotten password: the form that mails a link, and the page that the link leads to."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr, ValidationError

from gateway.auth import OFFICE, check_origin
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.office.entry import AtTheDoor
from gateway.office.sending import problems
from gateway.pages.addresses import see
from gateway.pages.forms import Form, refused, texts, wrong
from gateway.pages.render import page
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.passwords import CompletePasswordReset, RequestPasswordReset

router = APIRouter()

PASSWORD_SENTENCES = {"password": "Choose a password of 12 to 200 characters."}
_SENTENCES = {"email": "Enter your e-mail address, such as name@company.com."}


@router.get("/office/password", dependencies=[AtTheDoor])
async def ask_for_link(request: Request, sent: bool = False) -> Response:
    """The form; `sent` is said to whoever asked just now, whether or not anybody is mailed."""
    return page(request, "office/door/forgot.html", form=Form(), sent=sent)


@router.post("/office/password", dependencies=[AtTheDoor])
async def mail_link(request: Request) -> Response:
    """Has the link mailed."""
    check_origin(request, request.app.state.settings)
    typed = texts(await read_form(request))
    try:
        command = RequestPasswordReset(portal=OFFICE, email=typed.get("email", "").strip(), client=client_of(request))
        await request.app.state.bus.ask(command)
    except ValidationError as error:
        form = wrong(typed, problems(error, _SENTENCES))
        return page(request, "office/door/forgot.html", 422, form=form, sent=False)
    except DomainError as error:
        problem = problem_of(error)
        form = refused(typed, error)
        return page(
            request, "office/door/forgot.html", problem.status_code, headers=problem.headers, form=form, sent=False
        )
    return see("/office/password?sent=1")


@router.get("/office/password/{token}", dependencies=[AtTheDoor])
async def choose(request: Request) -> Response:
    """The form of the mailed link."""
    return choosing(request, Form(), "office/door/reset.html")


@router.post("/office/password/{token}", dependencies=[AtTheDoor])
async def set_anew(request: Request, token: str) -> Response:
    """Sets the password and leads to the sign-in page; a link that is used or too old is raised as it is refused."""
    check_origin(request, request.app.state.settings)
    password = texts(await read_form(request)).get("password", "")
    try:
        command = CompletePasswordReset(token=SecretStr(token), password=SecretStr(password), client=client_of(request))
    except ValidationError as error:
        form = wrong({}, problems(error, PASSWORD_SENTENCES))
        return choosing(request, form, "office/door/reset.html", 422)
    await request.app.state.bus.ask(command)
    return see("/office/login?said=password")


def choosing(
    request: Request, form: Form, template: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A page that chooses a password. Its address is a secret, so it is told to nobody that the page leads to."""
    return page(request, template, status, headers={**(headers or {}), "Referrer-Policy": "no-referrer"}, form=form)
