"""Roles: sets of permissions with a name, which contacts hold besides what they are granted themselves."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import DomainError, conflict
from services.contracts.identity.contacts import (
    AccessChanged,
    ChangeRole,
    CreateRole,
    DeleteRole,
    GetRole,
    ListRoles,
    RoleView,
)
from services.contracts.messages import Nothing, Page
from services.identity import access, audit, pages, records
from services.identity.access_models import ContactRole, Role


def create(work: Work, command: CreateRole) -> RoleView:
    """Nobody holds it yet; a name stands for one role of the company."""
    access.office(work, "customers.write")
    role = Role(company_id=work.company_id, name=command.name, permissions=sorted(set(command.permissions)))
    records.add(work, role, role_company_id_name_key=_name_taken())
    audit.record(work, "role.created", role, after=_told(role))
    return view(role)


def change(work: Work, command: ChangeRole) -> RoleView:
    """Whoever holds the role may what it says now, from their next request on."""
    access.office(work, "customers.write")
    role = records.found(work, Role, command.role_id, lock=True)
    before = _told(role)
    with records.refusing(work, role_company_id_name_key=_name_taken()):
        role.name = command.name or role.name
    if command.permissions is not None:
        role.permissions = sorted(set(command.permissions))
    audit.record(work, "role.changed", role, before=before, after=_told(role))
    work.announce(AccessChanged(company_id=work.company_id, whole_company=True))
    return view(role)


def delete(work: Work, command: DeleteRole) -> Nothing:
    """Only a role that nobody holds, so that nobody loses rights unseen."""
    access.office(work, "customers.write")
    role = records.found(work, Role, command.role_id, lock=True)
    if work.session.scalar(select(ContactRole.contact_id).where(ContactRole.role_id == role.id).limit(1)):
        raise conflict("Contacts hold this role. Take it from them first.", reason="role_held")
    audit.record(work, "role.deleted", role, before=_told(role))
    work.session.delete(role)
    return Nothing()


def list_all(work: Work, query: ListRoles) -> Page[RoleView]:
    """By name."""
    access.office(work, "customers.read")
    return pages.read(work, query, Role, select(Role), view)


def get(work: Work, query: GetRole) -> RoleView:
    """Any of the company's."""
    access.office(work, "customers.read")
    return view(records.found(work, Role, query.role_id))


def view(role: Role) -> RoleView:
    """A role as staff see it."""
    return RoleView(id=role.id, name=role.name, permissions=role.permissions)


def _told(role: Role) -> dict[str, object]:
    return view(role).model_dump(mode="json", exclude={"id"})


def _name_taken() -> DomainError:
    return conflict("Another role has this name.", field="name", reason="name_taken")
