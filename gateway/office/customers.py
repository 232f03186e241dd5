"""Customers: the list with its search, one of them with properties and contacts, a new one, and changes."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.auth import Caller
from gateway.office.addresses import ADDRESS_SENTENCES, address_typed, address_values
from gateway.office.entry import CustomersReader, CustomersWriter
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.forms import Form
from gateway.paging import Cursor, every
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.customers import (
    ChangeCustomer,
    CreateCustomer,
    CustomerView,
    GetCustomer,
    ListCustomers,
    ListProperties,
)
from services.contracts.identity.portals import BranchView, ListBranches
from services.contracts.identity.staff import ListStaff

router = APIRouter()

Sought = Annotated[str, Query(max_length=100)]
"""The beginning of a name."""

_PATH = "/office/customers"
_ONE = _PATH + "/{customer_id:uuid}"
SENTENCES = {
    **ADDRESS_SENTENCES,
    "name": "Enter a name of at most 200 characters.",
    "home_branch_id": "Choose the branch.",
    "phone": "Enter a phone number with digits and + ( ) . - / x only.",
    "email": "Enter an e-mail address such as name@example.com.",
}


@router.get(_PATH)
async def customers(request: Request, member: CustomersReader, search: Sought = "", cursor: Cursor = None) -> Response:
    """One page of the list."""
    found = await member.ask(ListCustomers(search=search, cursor=cursor))
    return show_list(request, member, "office/customers/list.html", found, cursor, here="customers", search=search)


@router.get(f"{_PATH}/new")
async def write(request: Request, member: CustomersWriter) -> Response:
    """The form of a new customer."""
    return await _form(request, member, Form())


@router.post(f"{_PATH}/new")
async def add(request: Request, member: CustomersWriter) -> Response:
    """Keeps the new customer."""
    typed = await typed_in(request)
    outcome = await send(
        member, typed, lambda new_id: CreateCustomer.model_validate({"id": new_id, **_fields(typed)}), SENTENCES
    )
    if isinstance(outcome, Rejected):
        return await _form(request, member, outcome.form, outcome.status)
    return done(f"{_PATH}/{outcome.id}", "added")


@router.get(_ONE)
async def customer(request: Request, member: CustomersReader, customer_id: UUID, cursor: Cursor = None) -> Response:
    """A customer's page; `cursor` pages through the contacts."""
    found, properties, contacts, branches = await asyncio.gather(
        member.ask(GetCustomer(customer_id=customer_id)),
        every(member, ListProperties(customer_id=customer_id)),
        member.ask(ListContacts(customer_id=customer_id, cursor=cursor)),
        branches_of(member),
    )
    return show_list(
        request,
        member,
        "office/customers/item.html",
        contacts,
        cursor,
        here="customers",
        customer=found,
        properties=properties,
        branches={branch.id: branch.brand.name for branch in branches},
        form=Form(),
    )


@router.get(f"{_ONE}/edit")
async def edit(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """The form of a customer's details."""
    found = await member.ask(GetCustomer(customer_id=customer_id))
    values = {
        "name": found.name,
        "home_branch_id": str(found.home_branch_id),
        "phone": found.phone,
        "email": found.email,
        "primary_contact_id": str(found.primary_contact_id or ""),
        **address_values(found.mailing_address),
    }
    return await _form(request, member, Form(values), customer=found)


@router.post(f"{_ONE}/edit")
async def save(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """Keeps the details."""
    typed = await typed_in(request)
    fields = {**_fields(typed), "primary_contact_id": typed["primary_contact_id"] or None}
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeCustomer.model_validate({"id": new_id, "customer_id": customer_id, **fields}),
        SENTENCES,
    )
    if isinstance(outcome, Rejected):
        found = await member.ask(GetCustomer(customer_id=customer_id))
        return await _form(request, member, outcome.form, outcome.status, customer=found)
    return done(f"{_PATH}/{customer_id}", "saved")


def _fields(typed: Typed) -> dict[str, Any]:
    """What the form says of a customer, by the messages' names."""
    named = {name: typed[name].strip() for name in ("name", "home_branch_id", "phone", "email")}
    return {**named, "mailing_address": address_typed(typed)}


async def _form(
    request: Request, member: Caller, form: Form, status: int = 200, customer: CustomerView | None = None
) -> Response:
    contacts = await every(member, ListContacts(customer_id=customer.id)) if customer else []
    return show(
        request,
        member,
        "office/customers/form.html",
        status,
        here="customers",
        form=form,
        customer=customer,
        contacts=[(contact.id, contact.name) for contact in contacts],
        branches=await branch_options(member),
    )


async def branches_of(member: Caller) -> list[BranchView]:
    """The company's branches."""
    return await every(member, ListBranches())


async def branch_options(member: Caller) -> list[tuple[UUID, str]]:
    """The branches to choose from."""
    return [(branch.id, branch.brand.name) for branch in await branches_of(member)]


async def staff_options(member: Caller) -> list[tuple[UUID, str]]:
    """The staff members who may look after a property."""
    return [(person.id, person.name) for person in await every(member, ListStaff()) if person.status != "disabled"]


async def customer_named(member: Caller, customer_id: UUID | None) -> CustomerView | None:
    """The customer whose list this is; None of everybody's."""
    if customer_id is None:
        return None
    return await member.ask(GetCustomer(customer_id=customer_id))
