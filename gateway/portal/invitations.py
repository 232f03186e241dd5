"""Accepting an invitation: the mailed link sets a password and signs in."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import SecretStr, ValidationError

from gateway.auth import check_origin
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.forms import Form, invalid, refused, texts
from gateway.pages.render import page
from gateway.portal.door import signed_in
from gateway.portal.entry import InPortal, bus_of
from gateway.portal.passwords import PASSWORD_SENTENCE
from gateway.portal.secrets import secret_page
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.invitations import AcceptInvitation
from services.contracts.identity.sessions import SessionView

router = APIRouter()

_ABOUT_PASSWORD = ("existing_password", "too_many_attempts")


@router.get("/{portal}/invitations/{token}", dependencies=[InPortal])
async def show(request: Request) -> Response:
    """The form, for a customer's contact."""
    return _form(request, Form())


@router.post("/{portal}/invitations/{token}", dependencies=[InPortal])
async def accept(request: Request, token: str) -> Response:
    """Sets the password and signs in to the portal that the invitation is for."""
    outcome = await _accepted(request, token)
    if not isinstance(outcome, SessionView):
        return outcome
    if outcome.portal_slug is None:
        return page(request, "door/welcome.html")
    return signed_in(request, outcome, f"/{outcome.portal_slug}/dashboard")


async def _accepted(request: Request, token: str) -> SessionView | Response:
    """The new session, or the form again; a link that is used or too old is raised as it is refused."""
    check_origin(request, request.app.state.settings)
    password = texts(await read_form(request)).get("password", "")
    try:
        command = AcceptInvitation(token=SecretStr(token), password=SecretStr(password), client=client_of(request))
    except ValidationError as error:
        return _form(request, invalid({}, error, PASSWORD_SENTENCE), 422)
    try:
        return await bus_of(request).ask(command)
    except DomainError as error:
        if error.details.get("reason") not in _ABOUT_PASSWORD:
            raise
        problem = problem_of(error)
        return _form(request, refused({}, error), problem.status_code, problem.headers)


def _form(
    request: Request, form: Form, http_status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    return secret_page(request, "door/invitation.html", http_status, headers=headers, form=form)
