"""One's own account: the password, where one is signed in, and the portals that one can go to."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr, ValidationError

from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, invalid, received, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Oneself, root
from gateway.portal.frame import PortalFrame
from services.contracts.errors import DomainError
from services.contracts.identity.passwords import ChangePassword
from services.contracts.identity.sessions import EndSession, ListSessions

router = APIRouter()

_SENTENCES = {"password": "Choose a new password of 12 to 200 characters."}
_SAID = {
    "password": "Your password is changed, and you are signed out everywhere else.",
    "ended": "The session has ended.",
}


@router.get("/{portal}/account")
async def account(request: Request, visitor: Oneself, cursor: Cursor = None, saved: str = "") -> Response:
    """Who one is here, and where one is signed in; `saved` names what was done just now."""
    found = await visitor.ask(ListSessions(cursor=cursor))
    frame: PortalFrame = request.state.frame
    path = f"{root(visitor)}/account"
    return page(
        request,
        "account/item.html",
        here="account",
        sessions=found,
        names={frame.slug: frame.name, **{portal.name: portal.label for portal in frame.portals}},
        said=_SAID.get(saved),
        first=path if cursor else None,
        next=address(path, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.post("/{portal}/account/sessions/{session_id:uuid}/end")
async def end(request: Request, visitor: Oneself, session_id: UUID) -> Response:
    """Signs out another of one's browsers."""
    await received(request)
    await visitor.ask(EndSession(session_id=session_id))
    return see(f"{root(visitor)}/account?saved=ended")


@router.get("/{portal}/account/password")
async def ask(request: Request, visitor: Oneself) -> Response:
    """The form for a new password."""
    return _form(request, Form())


@router.post("/{portal}/account/password")
async def change(request: Request, visitor: Oneself) -> Response:
    """Changes the password, given the present one."""
    typed = texts(await received(request))
    try:
        command = ChangePassword(
            current_password=SecretStr(typed.get("current_password", "")),
            password=SecretStr(typed.get("password", "")),
            client=client_of(request),
        )
        await visitor.ask(command)
    except ValidationError as error:
        return _form(request, invalid({}, error, _SENTENCES), 422)
    except DomainError as error:
        problem = problem_of(error)
        field = "password" if error.details.get("field") == "password" else "current_password"
        return _form(request, Form({}, {field: error.message}), problem.status_code, problem.headers)
    return see(f"{root(visitor)}/account?saved=password")


def _form(request: Request, form: Form, http_status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return page(request, "account/password.html", http_status, headers=headers, here="account", form=form)
