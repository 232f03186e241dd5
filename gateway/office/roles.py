"""Roles: reusable sets of permissions, given to contacts."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.office.entry import CustomersReader, CustomersWriter
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form, command_id
from gateway.paging import Cursor
from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ChangeRole, CreateRole, DeleteRole, GetRole, ListRoles, RoleView

router = APIRouter()

_PATH = "/office/roles"
_ONE = _PATH + "/{role_id:uuid}"
_SENTENCES = {
    "name": "Enter a name of at most 200 characters.",
    "permissions": "Choose among the permissions.",
}


@router.get(_PATH)
async def roles(request: Request, member: CustomersReader, cursor: Cursor = None) -> Response:
    """One page of the list."""
    found = await member.ask(ListRoles(cursor=cursor))
    return show_list(request, member, "office/roles/list.html", found, cursor, here="roles")


@router.get(f"{_PATH}/new")
async def write(request: Request, member: CustomersWriter) -> Response:
    """The form of a new role."""
    return _form(request, member, Form(), [])


@router.post(f"{_PATH}/new")
async def add(request: Request, member: CustomersWriter) -> Response:
    """Keeps the new role."""
    typed = await typed_in(request)
    ticked = typed.ticked("permission")
    outcome = await send(
        member,
        typed,
        lambda new_id: CreateRole.model_validate({"id": new_id, "name": typed["name"], "permissions": ticked}),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return _form(request, member, outcome.form, ticked, outcome.status)
    return done(_PATH, "added")


@router.get(_ONE)
async def edit(request: Request, member: CustomersReader, role_id: UUID) -> Response:
    """The form of a role; what it permits, for those who may not change it."""
    role = await member.ask(GetRole(role_id=role_id))
    return _form(request, member, Form({"name": role.name}), role.permissions, role=role)


@router.post(_ONE)
async def save(request: Request, member: CustomersWriter, role_id: UUID) -> Response:
    """Keeps it; everybody who holds the role is concerned at once."""
    typed = await typed_in(request)
    ticked = typed.ticked("permission")
    fields = {"role_id": role_id, "name": typed["name"], "permissions": ticked}
    outcome = await send(member, typed, lambda new_id: ChangeRole.model_validate({"id": new_id, **fields}), _SENTENCES)
    if isinstance(outcome, Rejected):
        role = await member.ask(GetRole(role_id=role_id))
        return _form(request, member, outcome.form, ticked, outcome.status, role=role)
    return done(_PATH, "saved")


@router.post(_ONE + "/delete")
async def delete(request: Request, member: CustomersWriter, role_id: UUID) -> Response:
    """Deletes a role; one that is held stays, and its page says so."""
    typed = await typed_in(request)
    try:
        await member.ask(DeleteRole(id=command_id(member, typed.path, typed.values), role_id=role_id))
    except DomainError as error:
        if error.code != "conflict":
            raise
        role = await member.ask(GetRole(role_id=role_id))
        form = Form({"name": role.name}, {"": error.message})
        return _form(request, member, form, role.permissions, problem_of(error).status_code, role=role)
    return done(_PATH, "deleted")


def _form(
    request: Request,
    member: Caller,
    form: Form,
    ticked: Sequence[str],
    status: int = 200,
    *,
    role: RoleView | None = None,
) -> Response:
    return show(request, member, "office/roles/form.html", status, here="roles", form=form, ticked=ticked, role=role)
