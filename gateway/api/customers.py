"""Customers as the office sees them: their properties and contacts."""

from typing import Literal
from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.contacts import (
    ChangeContact,
    ContactView,
    CreateContact,
    GetContact,
    ListContacts,
    PropertyRoleView,
)
from services.contracts.identity.customers import (
    ChangeCustomer,
    ChangeProperty,
    CreateCustomer,
    CreateProperty,
    CustomerView,
    DetailsChangeView,
    GetCustomer,
    GetProperty,
    ListCustomers,
    ListDetailsHistory,
    ListProperties,
    PropertyView,
)
from services.contracts.identity.people import Email, Phone, Search
from services.contracts.messages import Page
from services.contracts.principals import Permission
from services.contracts.snapshots import Address, Name


@office.get("/customers", **answers(Page[CustomerView]))
async def list_customers(caller: ApiCaller, search: Search = "", cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's customers, by name; `search` is how a name begins."""
    return await relayed(caller, ListCustomers(search=search, cursor=cursor, limit=limit))


@office.get("/customers/{customer_id}", **answers(CustomerView))
async def get_customer(customer_id: UUID, caller: ApiCaller) -> Response:
    """One customer."""
    return await relayed(caller, GetCustomer(customer_id=customer_id))


@office.post("/customers", **answers(CustomerView, 201))
async def create_customer(body: CreateCustomer, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new customer."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)


@office.get("/customers/{customer_id}/details-history", **answers(Page[DetailsChangeView]))
async def list_details_changes(
    customer_id: UUID, caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """What the customer's contacts changed of their details, newest first."""
    return await relayed(caller, ListDetailsHistory(customer_id=customer_id, cursor=cursor, limit=limit))


class CustomerChange(Body):
    """Only what is named changes."""

    name: Name | None = None
    home_branch_id: UUID | None = None
    mailing_address: Address | None = None
    phone: Phone | None = None
    email: Email | Literal[""] | None = None
    primary_contact_id: UUID | None = None


@office.patch("/customers/{customer_id}", **answers(CustomerView))
async def change_customer(customer_id: UUID, body: CustomerChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes a customer; documents keep the names and addresses that they were issued with."""
    return await relayed(caller, ChangeCustomer(id=new_id, customer_id=customer_id, **dict(body)))


@office.get("/properties", **answers(Page[PropertyView]))
async def list_properties(
    caller: ApiCaller,
    customer_id: UUID | None = None,
    search: Search = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The company's properties, by name; `search` is how a name begins."""
    return await relayed(caller, ListProperties(customer_id=customer_id, search=search, cursor=cursor, limit=limit))


@office.get("/properties/{property_id}", **answers(PropertyView))
async def get_property(property_id: UUID, caller: ApiCaller) -> Response:
    """One property."""
    return await relayed(caller, GetProperty(property_id=property_id))


@office.post("/properties", **answers(PropertyView, 201))
async def create_property(body: CreateProperty, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new property of a customer."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)


class PropertyChange(Body):
    """Only what is named changes; `unset` leaves a property without sales rep or account owner."""

    name: Name | None = None
    address: Address | None = None
    branch_id: UUID | None = None
    sales_rep_id: UUID | Literal["unset"] | None = None
    account_owner_id: UUID | Literal["unset"] | None = None


@office.patch("/properties/{property_id}", **answers(PropertyView))
async def change_property(property_id: UUID, body: PropertyChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes a property; another branch's portal shows it at once, and its contacts go there."""
    return await relayed(caller, ChangeProperty(id=new_id, property_id=property_id, **dict(body)))


@office.get("/contacts", **answers(Page[ContactView]))
async def list_contacts(
    caller: ApiCaller,
    customer_id: UUID | None = None,
    search: Search = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The contacts of all customers, by name; `search` is how a name or an e-mail address begins."""
    return await relayed(caller, ListContacts(customer_id=customer_id, search=search, cursor=cursor, limit=limit))


@office.get("/contacts/{contact_id}", **answers(ContactView))
async def get_contact(contact_id: UUID, caller: ApiCaller) -> Response:
    """One contact."""
    return await relayed(caller, GetContact(contact_id=contact_id))


@office.post("/contacts", **answers(ContactView, 201))
async def create_contact(body: CreateContact, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new contact, who is not invited yet."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)


class ContactChange(Body):
    """Only what is named changes; `status` disables a contact, or enables them again.

    At a new e-mail address the contact is not invited yet, and no account's password changes.
    """

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    status: Literal["active", "disabled"] | None = None
    permissions: list[Permission] | None = None
    role_ids: list[UUID] | None = None
    property_roles: list[PropertyRoleView] | None = None


@office.patch("/contacts/{contact_id}", **answers(ContactView))
async def change_contact(contact_id: UUID, body: ContactChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes a contact, and what they may do, at once."""
    return await relayed(caller, ChangeContact(id=new_id, contact_id=contact_id, **dict(body)))
