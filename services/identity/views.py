"""Contacts as they are told of: with their roles, their properties and all that they may."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.identity.contacts import ContactView, PropertyRoleView
from services.contracts.principals import Permission
from services.identity.access_models import ContactRole, Role
from services.identity.models import Contact, PropertyRoleRow

Value = TypeVar("Value")


def contact(work: Work, row: Contact) -> ContactView:
    """One contact."""
    return contacts(work, [row])[0]


def contacts(work: Work, rows: Sequence[Contact]) -> list[ContactView]:
    """Several, in their order, for two statements more."""
    ids = [row.id for row in rows]
    places, roles = _places_of(work, ids), _roles_of(work, ids)
    return [_view(row, places.get(row.id, []), roles.get(row.id, [])) for row in rows]


def _view(row: Contact, places: list[PropertyRoleView], roles: list[Role]) -> ContactView:
    return ContactView(
        id=row.id,
        customer_id=row.customer_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        status=row.status,
        permissions=row.permissions,
        property_roles=places,
        role_ids=[role.id for role in roles],
        effective_permissions=_together(row.permissions, *(role.permissions for role in roles)),
        last_sign_in_at=row.last_sign_in_at,
        disabled_by_office=row.disabled_by_office,
    )


def _together(*granted: Iterable[Permission]) -> list[Permission]:
    return sorted(set[Permission]().union(*granted))


def _places_of(work: Work, contact_ids: Sequence[UUID]) -> Mapping[UUID, list[PropertyRoleView]]:
    found = select(PropertyRoleRow).where(PropertyRoleRow.contact_id.in_(contact_ids))
    rows = work.session.scalars(found.order_by(PropertyRoleRow.property_id))
    return _grouped(
        (row.contact_id, PropertyRoleView(property_id=row.property_id, role=row.role, permissions=row.permissions))
        for row in rows
    )


def _roles_of(work: Work, contact_ids: Sequence[UUID]) -> Mapping[UUID, list[Role]]:
    held = (
        select(ContactRole.contact_id, Role)
        .join(Role, Role.id == ContactRole.role_id)
        .where(ContactRole.contact_id.in_(contact_ids))
        .order_by(Role.name)
    )
    return _grouped((contact_id, role) for contact_id, role in work.session.execute(held))


def _grouped(pairs: Iterable[tuple[UUID, Value]]) -> Mapping[UUID, list[Value]]:
    found: defaultdict[UUID, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
