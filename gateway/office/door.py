"""The office's way in and out: password, second factor, signing out."""

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from gateway.auth import OFFICE, check_origin, drop_session_cookie, forget, set_session_cookie
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.office import second_step
from gateway.office.entry import AtTheDoor, Enrolling
from gateway.office.showing import SIGN_IN_SAID
from gateway.pages.addresses import own, see
from gateway.pages.forms import Form, received, texts
from gateway.pages.render import page
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.sessions import SessionView, SignInStaff, SignOut

router = APIRouter()

TOTP_REASONS = ("totp_required", "wrong_totp")
"""The reasons of a refusal after which the password need not be typed again."""

_TOO_LATE = "That took too long. Please begin again."


@router.get("/office/login", dependencies=[AtTheDoor])
async def ask_who(request: Request, next: str = "", said: str = "") -> Response:  # noqa: A002  # the address says so
    """The sign-in form."""
    form = Form({"next": own(OFFICE, next, "")})
    return page(request, "office/door/login.html", form=form, said=SIGN_IN_SAID.get(said, ""))


@router.post("/office/login", dependencies=[AtTheDoor])
async def sign_in(request: Request) -> Response:
    """Signs in, with the second factor where one is asked for, and goes on to the page that was asked for."""
    check_origin(request, request.app.state.settings)
    typed = texts(await read_form(request))
    half = typed.get("half")
    password = second_step.password_of(request, half) if half else typed.get("password", "")
    if password is None:
        return _password_form(request, typed, _TOO_LATE, 422)
    code = typed.get("code", "").strip() if half else ""
    command = SignInStaff(
        email=typed.get("email", "").strip(),
        password=SecretStr(password),
        totp=SecretStr(code) if code else None,
        client=client_of(request),
    )
    try:
        session = await request.app.state.bus.ask(command)
    except DomainError as error:
        return _refused(request, typed, password, error)
    return signed_in(request, session, own(OFFICE, typed.get("next", ""), "/office"))


def _refused(request: Request, typed: dict[str, str], password: str, error: DomainError) -> Response:
    if error.details.get("reason") in TOTP_REASONS:
        return _code_form(request, typed, password, error)
    problem = problem_of(error)
    return _password_form(request, typed, error.message, problem.status_code, dict(problem.headers or {}))


def _password_form(
    request: Request, typed: dict[str, str], message: str, status: int, headers: dict[str, str] | None = None
) -> Response:
    form = Form(_kept(typed), {"": message})
    response = page(request, "office/door/login.html", status, headers=headers, form=form, said="")
    second_step.drop(response, request.app.state.settings)
    return response


def _code_form(request: Request, typed: dict[str, str], password: str, error: DomainError) -> Response:
    """The second step; it is a refusal only where a code was given."""
    ours, theirs = second_step.split(password)
    errors = {"code": error.message} if "half" in typed else {}
    form = Form({**_kept(typed), "half": ours}, errors)
    response = page(request, "office/door/code.html", problem_of(error).status_code if errors else 200, form=form)
    second_step.keep(response, theirs, request.app.state.settings)
    return response


def _kept(typed: dict[str, str]) -> dict[str, str]:
    return {"email": typed.get("email", ""), "next": own(OFFICE, typed.get("next", ""), "")}


def signed_in(request: Request, session: SessionView, location: str) -> Response:
    """Goes on to a page of the office, or of the portal that the session opens, with its cookie."""
    response = see(location)
    set_session_cookie(response, session.portal_slug or OFFICE, session, request.app.state.settings)
    second_step.drop(response, request.app.state.settings)
    return response


@router.post("/office/logout")
async def sign_out(request: Request, caller: Enrolling) -> Response:
    """Ends the session, here and at once everywhere."""
    await received(request)
    await caller.ask(SignOut())
    return signed_out(request, caller.token)


def signed_out(request: Request, token: str) -> Response:
    """To the sign-in page, with nothing remembered of a session that has ended."""
    forget(request, token)
    response = see("/office/login")
    drop_session_cookie(response, OFFICE, request.app.state.settings)
    return response
