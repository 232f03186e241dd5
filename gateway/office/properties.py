"""Properties: a new one of a customer, and changes."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.addresses import ADDRESS_SENTENCES, address_typed, address_values
from gateway.office.customers import branch_options, staff_options
from gateway.office.entry import CustomersReader, CustomersWriter
from gateway.office.sending import Rejected, Typed, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form
from services.contracts.identity.customers import (
    ChangeProperty,
    CreateProperty,
    GetCustomer,
    GetProperty,
    PropertyView,
)
from services.contracts.permissions import may_in_office

router = APIRouter()

_NEW = "/office/customers/{customer_id:uuid}/properties/new"
_ONE = "/office/properties/{property_id:uuid}"
_SENTENCES = {
    **ADDRESS_SENTENCES,
    "name": "Enter a name of at most 200 characters.",
    "branch_id": "Choose the branch that serves it.",
    "sales_rep_id": "Choose a staff member.",
    "account_owner_id": "Choose a staff member.",
}
_PEOPLE = ("sales_rep_id", "account_owner_id")


@router.get(_NEW)
async def write(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """The form of a new property, at the customer's own address unless it is changed."""
    customer = await member.ask(GetCustomer(customer_id=customer_id))
    values = {"branch_id": str(customer.home_branch_id), **address_values(customer.mailing_address)}
    return await _form(request, member, Form(values), customer_id, customer.name)


@router.post(_NEW)
async def add(request: Request, member: CustomersWriter, customer_id: UUID) -> Response:
    """Keeps the new property."""
    typed = await typed_in(request)
    people = {name: typed[name] or None for name in _PEOPLE}
    fields = {**_fields(typed), **people, "customer_id": customer_id}
    outcome = await send(
        member, typed, lambda new_id: CreateProperty.model_validate({"id": new_id, **fields}), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        customer = await member.ask(GetCustomer(customer_id=customer_id))
        return await _form(request, member, outcome.form, customer_id, customer.name, outcome.status)
    return done(f"/office/customers/{customer_id}", "added")


@router.get(_ONE)
async def one(request: Request, member: CustomersReader, property_id: UUID) -> Response:
    """The form of a property; who may not change it sees what it says."""
    found = await member.ask(GetProperty(property_id=property_id))
    if not may_in_office(member.principal, "customers.write"):
        return show(request, member, "office/customers/place.html", here="customers", place=found)
    return await _form(
        request, member, Form(_values(found)), found.customer.id, found.customer.name, editing=found.name
    )


@router.post(_ONE)
async def save(request: Request, member: CustomersWriter, property_id: UUID) -> Response:
    """Keeps the changes."""
    typed = await typed_in(request)
    people = {name: typed[name] or "unset" for name in _PEOPLE}
    fields = {**_fields(typed), **people, "property_id": property_id}
    outcome = await send(
        member, typed, lambda new_id: ChangeProperty.model_validate({"id": new_id, **fields}), _SENTENCES
    )
    if isinstance(outcome, Rejected):
        found = await member.ask(GetProperty(property_id=property_id))
        customer = found.customer
        return await _form(
            request, member, outcome.form, customer.id, customer.name, outcome.status, editing=found.name
        )
    return done(f"/office/customers/{outcome.customer.id}", "saved")


def _values(found: PropertyView) -> dict[str, str]:
    return {
        "name": found.name,
        "branch_id": str(found.branch_id),
        "sales_rep_id": str(found.sales_rep.id) if found.sales_rep else "",
        "account_owner_id": str(found.account_owner.id) if found.account_owner else "",
        **address_values(found.address),
    }


def _fields(typed: Typed) -> dict[str, Any]:
    return {"name": typed["name"], "branch_id": typed["branch_id"], "address": address_typed(typed)}


async def _form(
    request: Request,
    member: Caller,
    form: Form,
    customer_id: UUID,
    customer_name: str,
    status: int = 200,
    *,
    editing: str = "",
) -> Response:
    branches, staff = await asyncio.gather(branch_options(member), staff_options(member))
    return show(
        request,
        member,
        "office/customers/property.html",
        status,
        here="customers",
        form=form,
        customer_id=customer_id,
        customer_name=customer_name,
        editing=editing,
        branches=branches,
        staff=staff,
    )
