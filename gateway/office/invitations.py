"""A staff member's invitation: the mailed link sets a password and signs in."""

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr, ValidationError

from gateway.auth import check_origin
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.office.door import signed_in
from gateway.office.entry import AtTheDoor
from gateway.office.passwords import PASSWORD_SENTENCES, choosing
from gateway.office.sending import problems
from gateway.pages.forms import Form, refused, texts, wrong
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.identity.invitations import AcceptInvitation

router = APIRouter()

_TEMPLATE = "door/invitation.html"
_ABOUT_PASSWORD = ("existing_password", "too_many_attempts")


@router.get("/office/invitations/{token}", dependencies=[AtTheDoor])
async def show_invitation(request: Request) -> Response:
    """The form."""
    return choosing(request, Form(), _TEMPLATE)


@router.post("/office/invitations/{token}", dependencies=[AtTheDoor])
async def accept(request: Request, token: str) -> Response:
    """Sets the password and signs in; a link that is used or too old is raised as it is refused."""
    check_origin(request, request.app.state.settings)
    password = texts(await read_form(request)).get("password", "")
    try:
        command = AcceptInvitation(token=SecretStr(token), password=SecretStr(password), client=client_of(request))
        session = await request.app.state.bus.ask(command)
    except ValidationError as error:
        return choosing(request, wrong({}, problems(error, PASSWORD_SENTENCES)), _TEMPLATE, 422)
    except DomainError as error:
        if error.details.get("reason") not in _ABOUT_PASSWORD:
            raise
        problem = problem_of(error)
        return choosing(request, refused({}, error), _TEMPLATE, problem.status_code, problem.headers)
    return signed_in(request, session, f"/{session.portal_slug}/dashboard" if session.portal_slug else "/office")
