"""Staff: the list, a new member, and one member's roles, entry and second factor."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office import words
from gateway.office.entry import StaffReader, StaffWriter
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form
from gateway.paging import Cursor
from services.contracts.identity.invitations import InviteStaffMember
from services.contracts.identity.staff import (
    ChangeStaffMember,
    CreateStaffMember,
    GetStaffMember,
    ListStaff,
    ResetTotp,
    StaffView,
)
from services.contracts.messages import Command
from services.contracts.permissions import may_in_office

Answer = TypeVar("Answer")

router = APIRouter()

_PATH = "/office/staff"
_ONE = _PATH + "/{staff_id:uuid}"
_SENTENCES = {
    "name": "Enter a name of at most 200 characters.",
    "email": "Enter an e-mail address such as name@company.com.",
    "phone": "Enter a phone number with digits and + ( ) . - / x only.",
    "roles": "Choose among the roles.",
}


@router.get(_PATH)
async def staff(request: Request, member: StaffReader, cursor: Cursor = None) -> Response:
    """One page of the list."""
    found = await member.ask(ListStaff(cursor=cursor))
    return show_list(request, member, "office/staff/list.html", found, cursor, here="staff")


@router.get(f"{_PATH}/new")
async def write(request: Request, member: StaffWriter) -> Response:
    """The form of a new staff member."""
    return _form(request, member, Form(), [])


@router.post(f"{_PATH}/new")
async def add(request: Request, member: StaffWriter) -> Response:
    """Keeps the new staff member, who is invited by mail."""
    typed = await typed_in(request)
    ticked = typed.ticked("roles")
    fields = {
        "name": typed["name"],
        "email": typed["email"].strip(),
        "phone": typed["phone"].strip() or None,
        "roles": ticked,
    }
    outcome = await _send(member, typed, lambda new_id: CreateStaffMember.model_validate({"id": new_id, **fields}))
    if isinstance(outcome, Rejected):
        return _form(request, member, outcome.form, ticked, outcome.status)
    return done(f"{_PATH}/{outcome.id}", "invited")


@router.get(_ONE)
async def person(request: Request, member: StaffReader, staff_id: UUID) -> Response:
    """A staff member's page."""
    found = await member.ask(GetStaffMember(staff_id=staff_id))
    return _item(request, member, found)


@router.post(_ONE)
async def save(request: Request, member: StaffWriter, staff_id: UUID) -> Response:
    """Keeps their name, phone and roles; nobody sets their own roles."""
    typed = await typed_in(request)
    ticked = typed.ticked("roles")
    fields = {"staff_id": staff_id, "name": typed["name"], "phone": typed["phone"]}
    if staff_id != member.principal.id:
        fields["roles"] = ticked
    outcome = await _send(member, typed, lambda new_id: ChangeStaffMember.model_validate({"id": new_id, **fields}))
    if isinstance(outcome, Rejected):
        found = await member.ask(GetStaffMember(staff_id=staff_id))
        return _item(request, member, found, outcome, ticked)
    return done(f"{_PATH}/{staff_id}", "saved")


@router.post(_ONE + "/disable")
async def disable(request: Request, member: StaffWriter, staff_id: UUID) -> Response:
    """Shuts the colleague out, also of open sessions."""
    return await _act(request, member, staff_id, lambda new_id: _status(new_id, staff_id, "disabled"), "disabled")


@router.post(_ONE + "/enable")
async def enable(request: Request, member: StaffWriter, staff_id: UUID) -> Response:
    """Lets the colleague in again."""
    return await _act(request, member, staff_id, lambda new_id: _status(new_id, staff_id, "active"), "enabled")


@router.post(_ONE + "/invitation")
async def invite(request: Request, member: StaffWriter, staff_id: UUID) -> Response:
    """Invites a colleague again who has not accepted yet."""
    return await _act(
        request, member, staff_id, lambda new_id: InviteStaffMember(id=new_id, staff_id=staff_id), "invited"
    )


@router.post(_ONE + "/second-factor/reset")
async def reset_second_factor(request: Request, member: StaffWriter, staff_id: UUID) -> Response:
    """Takes the second factor away from a colleague who has lost it."""
    return await _act(request, member, staff_id, lambda new_id: ResetTotp(id=new_id, staff_id=staff_id), "reset")


def _status(new_id: UUID, staff_id: UUID, status: Literal["active", "disabled"]) -> ChangeStaffMember:
    return ChangeStaffMember(id=new_id, staff_id=staff_id, status=status)


async def _act(
    request: Request, member: Caller, staff_id: UUID, make: Callable[[UUID], Command[Any]], said: str
) -> Response:
    """Does one thing to a colleague; their page says why where it is refused."""
    outcome = await _send(member, await typed_in(request), make)
    if isinstance(outcome, Rejected):
        found = await member.ask(GetStaffMember(staff_id=staff_id))
        return _item(request, member, found, Rejected(Form(_values(found), outcome.form.errors), outcome.status))
    return done(f"{_PATH}/{staff_id}", said)


async def _send(member: Caller, typed: Typed, make: Callable[[UUID], Command[Answer]]) -> Answer | Rejected:
    return await send(member, typed, make, _SENTENCES)


def _values(found: StaffView) -> dict[str, str]:
    return {"name": found.name, "phone": found.phone or ""}


def _item(
    request: Request,
    member: Caller,
    found: StaffView,
    rejected: Rejected | None = None,
    ticked: Sequence[str] | None = None,
) -> Response:
    """A member's page; what only an administrator changes is told and not offered to others."""
    principal = member.principal
    administrator = "administrator" in principal.staff_roles
    return show(
        request,
        member,
        "office/staff/item.html",
        rejected.status if rejected else 200,
        here="staff",
        person=found,
        own=found.id == principal.id,
        administrator=administrator,
        changeable=may_in_office(principal, "staff.write") and (administrator or "administrator" not in found.roles),
        ticked=found.roles if ticked is None else ticked,
        roles=role_options(member),
        form=rejected.form if rejected else Form(_values(found)),
        acts=Form(),
    )


def _form(request: Request, member: Caller, form: Form, ticked: Sequence[str], status: int = 200) -> Response:
    return show(
        request,
        member,
        "office/staff/new.html",
        status,
        here="staff",
        form=form,
        ticked=ticked,
        roles=role_options(member),
    )


def role_options(member: Caller) -> list[tuple[str, str, str]]:
    """The roles to give, with what each may; only an administrator makes another."""
    administrator = "administrator" in member.principal.staff_roles
    return [
        (role, words.STAFF_ROLE_WORDS[role], words.STAFF_ROLE_HINTS[role])
        for role in words.STAFF_ROLES
        if administrator or role != "administrator"
    ]
