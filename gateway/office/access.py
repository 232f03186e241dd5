"""What a contact may do: roles, the grid of permissions, and each property with its role and what counts there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.entry import CustomersWriter
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form
from gateway.paging import every
from services.contracts.identity.contacts import ChangeContact, ContactView, GetContact, ListRoles
from services.contracts.identity.customers import ListProperties
from services.contracts.principals import Permission, PropertyRole

router = APIRouter()

_ONE = "/office/contacts/{contact_id:uuid}/access"
_SENTENCES = {
    "permissions": "Choose among the permissions.",
    "role_ids": "Choose among the roles.",
    "property_roles": "Choose among the properties and their roles.",
}


@dataclass(frozen=True)
class Place:
    """A property in the form: the contact's role there, and what of their permissions counts; None is all."""

    property_id: UUID
    name: str
    role: PropertyRole | None
    permissions: Sequence[Permission] | None


@dataclass(frozen=True)
class Access:
    """The form's content."""

    permissions: Sequence[str]
    role_ids: Sequence[str]
    property_roles: Sequence[dict[str, Any]]


@router.get(_ONE)
async def access(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """The form."""
    contact = await member.ask(GetContact(contact_id=contact_id))
    kept = Access(
        contact.permissions,
        [str(each) for each in contact.role_ids],
        [each.model_dump() for each in contact.property_roles],
    )
    return await _form(request, member, contact, kept, Form())


@router.post(_ONE)
async def save(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """Keeps it; it holds from the contact's next request on, also in open sessions."""
    typed = await typed_in(request)
    chosen = _chosen(typed)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeContact.model_validate({"id": new_id, "contact_id": contact_id, **vars(chosen)}),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        contact = await member.ask(GetContact(contact_id=contact_id))
        return await _form(request, member, contact, chosen, outcome.form, outcome.status)
    return done(f"/office/contacts/{contact_id}", "saved")


def _chosen(typed: Typed) -> Access:
    """What was ticked; a property without a role is none of the contact's."""
    chosen = []
    for property_id in typed.ticked("property"):
        role = typed[f"role-{property_id}"]
        if role:
            narrowed = typed.ticked(f"at-{property_id}") if typed[f"narrow-{property_id}"] else None
            chosen.append({"property_id": property_id, "role": role, "permissions": narrowed})
    return Access(typed.ticked("permission"), typed.ticked("role"), chosen)


async def _form(
    request: Request, member: Caller, contact: ContactView, kept: Access, form: Form, status: int = 200
) -> Response:
    properties, roles = await asyncio.gather(
        every(member, ListProperties(customer_id=contact.customer_id)), every(member, ListRoles())
    )
    by_property = {str(each["property_id"]): each for each in kept.property_roles}
    nothing: dict[str, Any] = {"role": None, "permissions": None}
    places = [
        Place(each.id, each.name, at["role"], at["permissions"])
        for each in properties
        for at in [by_property.get(str(each.id), nothing)]
    ]
    return show(
        request,
        member,
        "office/contacts/access.html",
        status,
        here="customers",
        contact=contact,
        roles=roles,
        kept=kept,
        places=places,
        form=form,
    )
