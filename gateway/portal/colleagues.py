"""Colleagues: a contact with that right adds others of the same customer, and says what they may do."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, received, refused, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import ContactsManager, root
from gateway.portal.rights import ROLES, Rights, rights_of
from services.contracts.errors import DomainError
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ContactView,
    GetColleague,
    ListColleagues,
)
from services.contracts.identity.invitations import InviteContact

router = APIRouter()

_SENTENCES = {
    "name": "Enter their name, of at most 200 characters.",
    "email": "Enter an e-mail address such as name@example.com.",
    "permissions": "Choose only from these rights.",
}
_SAID = {
    "added": "They were added. An invitation is on its way to them.",
    "changed": "Their rights are saved, and hold from now on.",
    "invited": "The invitation is on its way once more.",
    "disabled": "They cannot sign in any more, and are signed out everywhere.",
    "active": "They can sign in again.",
}


@router.get("/{portal}/colleagues")
async def colleagues(request: Request, visitor: ContactsManager, cursor: Cursor = None) -> Response:
    """Everybody of one's own customer, by name."""
    found = await visitor.ask(ListColleagues(cursor=cursor))
    path = f"{root(visitor)}/colleagues"
    return page(
        request,
        "colleagues/list.html",
        here="colleagues",
        colleagues=found,
        oneself=visitor.principal.id,
        first=path if cursor else None,
        next=address(path, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.get("/{portal}/colleagues/new")
async def write(request: Request, visitor: ContactsManager) -> Response:
    """The form for one more."""
    return _new(request, await rights_of(visitor), Form())


@router.post("/{portal}/colleagues/new")
async def add(request: Request, visitor: ContactsManager) -> Response:
    """Adds and invites them, once however often the form is sent."""
    sent = await received(request)
    typed, rights = texts(sent), (await rights_of(visitor)).chosen(sent)
    try:
        command = AddColleague(
            id=command_id(visitor, "colleague", typed),
            name=typed.get("name", ""),
            email=typed.get("email", "").strip(),
            permissions=rights.permissions,
            property_roles=rights.property_roles,
        )
        added = await visitor.ask(command)
    except ValidationError as error:
        return _new(request, rights, invalid(typed, error, _SENTENCES), 422)
    except DomainError as error:
        return _new(request, rights, refused(typed, error, {"email": "email"}), problem_of(error).status_code)
    return _done(visitor, added.id, "added")


@router.get("/{portal}/colleagues/{contact_id:uuid}")
async def colleague(request: Request, visitor: ContactsManager, contact_id: UUID, saved: str = "") -> Response:
    """One of them, and what they may do; `saved` names what was done just now."""
    found = await visitor.ask(GetColleague(contact_id=contact_id))
    rights = await rights_of(visitor, found)
    return _shown(request, visitor, found, rights, Form(), said=_SAID.get(saved))


@router.post("/{portal}/colleagues/{contact_id:uuid}")
async def change(request: Request, visitor: ContactsManager, contact_id: UUID) -> Response:
    """Changes what they may do."""
    sent = await received(request)
    found = await visitor.ask(GetColleague(contact_id=contact_id))
    typed, rights = texts(sent), (await rights_of(visitor, found)).chosen(sent)
    command = ChangeColleague(
        id=command_id(visitor, f"colleague {contact_id}", typed),
        contact_id=contact_id,
        permissions=rights.permissions,
        property_roles=rights.property_roles,
    )
    try:
        await visitor.ask(command)
    except DomainError as error:
        return _shown(request, visitor, found, rights, refused(typed, error), problem_of(error).status_code)
    return _done(visitor, contact_id, "changed")


@router.post("/{portal}/colleagues/{contact_id:uuid}/invitation")
async def invite(request: Request, visitor: ContactsManager, contact_id: UUID) -> Response:
    """Mails the invitation once more."""
    sent = await received(request)
    await visitor.ask(InviteContact(id=_id(visitor, "invite", contact_id, sent), contact_id=contact_id))
    return _done(visitor, contact_id, "invited")


@router.post("/{portal}/colleagues/{contact_id:uuid}/disable")
async def disable(request: Request, visitor: ContactsManager, contact_id: UUID) -> Response:
    """Keeps them out, at once."""
    sent = await received(request)
    command_of = _id(visitor, "disable", contact_id, sent)
    await visitor.ask(ChangeColleague(id=command_of, contact_id=contact_id, status="disabled"))
    return _done(visitor, contact_id, "disabled")


@router.post("/{portal}/colleagues/{contact_id:uuid}/enable")
async def enable(request: Request, visitor: ContactsManager, contact_id: UUID) -> Response:
    """Lets them in again."""
    sent = await received(request)
    command_of = _id(visitor, "enable", contact_id, sent)
    await visitor.ask(ChangeColleague(id=command_of, contact_id=contact_id, status="active"))
    return _done(visitor, contact_id, "active")


def _id(visitor: Caller, act: str, contact_id: UUID, sent: FormData) -> UUID:
    return command_id(visitor, f"{act} {contact_id}", texts(sent))


def _done(visitor: Caller, contact_id: UUID, said: str) -> Response:
    return see(f"{root(visitor)}/colleagues/{contact_id}?saved={said}")


def _new(request: Request, rights: Rights, form: Form, http_status: int = 200) -> Response:
    return page(request, "colleagues/new.html", http_status, here="colleagues", rights=rights, words=ROLES, form=form)


def _shown(
    request: Request,
    visitor: Caller,
    found: ContactView,
    rights: Rights,
    form: Form,
    http_status: int = 200,
    said: str | None = None,
) -> Response:
    return page(
        request,
        "colleagues/item.html",
        http_status,
        here="colleagues",
        colleague=found,
        oneself=visitor.principal.id,
        rights=rights,
        words=ROLES,
        form=form,
        said=said,
    )
