"""Contacts: a new one of a customer, a contact's page, changes of who they are, and letting them in or not."""

import asyncio
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.entry import CustomersReader, CustomersWriter
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form, command_id
from gateway.paging import every
from services.contracts.identity.contacts import (
    ChangeContact,
    CreateContact,
    GetContact,
    GetContactPortals,
    ListRoles,
)
from services.contracts.identity.customers import GetCustomer, ListProperties

router = APIRouter()

_NEW = "/office/customers/{customer_id:uuid}/contacts/new"
_ONE = "/office/contacts/{contact_id:uuid}"
_SENTENCES = {
    "name": "Enter a name of at most 200 characters.",
    "email": "Enter an e-mail address such as name@example.com.",
    "phone": "Enter a phone number with digits and + ( ) . - / x only.",
}


@router.get(_NEW)
async def write(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """The form of a new contact."""
    return await _new(request, member, customer_id, Form())


@router.post(_NEW)
async def add(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """Keeps the contact, who may nothing yet, and goes on to what they may."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: CreateContact(
            id=new_id,
            customer_id=customer_id,
            name=typed["name"],
            email=typed["email"].strip(),
            phone=typed["phone"],
            permissions=[],
            primary=bool(typed["primary"]),
        ),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return await _new(request, member, customer_id, outcome.form, outcome.status)
    return done(f"/office/contacts/{outcome.id}/access", "added")


async def _new(request: Request, member: Caller, customer_id: UUID, form: Form, status: int = 200) -> Response:
    customer = await member.ask(GetCustomer(customer_id=customer_id))
    return show(request, member, "office/contacts/new.html", status, here="customers", form=form, customer=customer)


@router.get(_ONE)
async def contact(request: Request, member: CustomersReader, contact_id: UUID) -> Response:
    """A contact's page."""
    return await _page(request, member, contact_id, None)


@router.post(_ONE)
async def save(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """Keeps who they are."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeContact(
            id=new_id,
            contact_id=contact_id,
            name=typed["name"],
            email=typed["email"].strip(),
            phone=typed["phone"],
        ),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return await _page(request, member, contact_id, outcome.form, outcome.status)
    return done(f"/office/contacts/{contact_id}", "saved")


@router.post(_ONE + "/disable")
async def disable(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """Shuts the contact out, also of open sessions."""
    await _set_status(request, member, contact_id, "disabled")
    return done(f"/office/contacts/{contact_id}", "disabled")


@router.post(_ONE + "/enable")
async def enable(request: Request, member: CustomersWriter, contact_id: UUID) -> Response:
    """Lets the contact in again."""
    await _set_status(request, member, contact_id, "active")
    return done(f"/office/contacts/{contact_id}", "enabled")


async def _set_status(
    request: Request, member: Caller, contact_id: UUID, status: Literal["active", "disabled"]
) -> None:
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(ChangeContact(id=new_id, contact_id=contact_id, status=status))


async def _page(request: Request, member: Caller, contact_id: UUID, form: Form | None, status: int = 200) -> Response:
    found, portals, roles = await asyncio.gather(
        member.ask(GetContact(contact_id=contact_id)),
        member.ask(GetContactPortals(contact_id=contact_id)),
        every(member, ListRoles()),
    )
    customer, properties = await asyncio.gather(
        member.ask(GetCustomer(customer_id=found.customer_id)),
        every(member, ListProperties(customer_id=found.customer_id)),
    )
    return show(
        request,
        member,
        "office/contacts/item.html",
        status,
        here="customers",
        contact=found,
        customer=customer,
        portals=portals.portals,
        roles=[role.name for role in roles if role.id in found.role_ids],
        properties={each.id: each.name for each in properties},
        form=form or Form({"name": found.name, "email": found.email, "phone": found.phone}),
        acts=Form(),
    )
