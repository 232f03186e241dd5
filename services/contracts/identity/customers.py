"""Customers and their properties, and My Details."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.contracts.identity.people import Email, Json, PersonName, Phone, Search
from services.contracts.messages import Command, Limit, Page, Query, View
from services.contracts.snapshots import Address, CustomerSnapshot, Name, Person, PropertySnapshot


class CustomerView(View):
    id: UUID
    name: str
    home_branch_id: UUID
    mailing_address: Address
    primary_contact_id: UUID | None
    phone: str = ""
    email: str = ""
    """Where the customer as such is written to; people have their own."""
    external_id: str = ""
    """In the office: what the system that they were imported from calls them."""


class CreateCustomer(Command[CustomerView]):
    name: Name
    home_branch_id: UUID
    mailing_address: Address
    phone: Phone = ""
    email: Email | Literal[""] = ""


class ChangeCustomer(Command[CustomerView]):
    """Only what is given changes; documents keep the names and addresses that they were issued with."""

    customer_id: UUID
    name: Name | None = None
    home_branch_id: UUID | None = None
    mailing_address: Address | None = None
    phone: Phone | None = None
    email: Email | Literal[""] | None = None
    primary_contact_id: UUID | None = None


class ListCustomers(Query[Page[CustomerView]]):
    search: Search = ""
    cursor: str | None = None
    limit: Limit = 50


class GetCustomer(Query[CustomerView]):
    customer_id: UUID


class PropertyView(View):
    id: UUID
    customer: CustomerSnapshot
    branch_id: UUID
    name: str
    address: Address
    sales_rep: Person | None
    account_owner: Person | None
    external_id: str = ""
    """In the office: what the system that it was imported from calls it."""

    def snapshot(self) -> PropertySnapshot:
        """What a document keeps of this property."""
        return PropertySnapshot(id=self.id, name=self.name, address=self.address)


class CreateProperty(Command[PropertyView]):
    customer_id: UUID
    branch_id: UUID
    name: Name
    address: Address
    sales_rep_id: UUID | None = None
    account_owner_id: UUID | None = None


class ChangeProperty(Command[PropertyView]):
    """Only what is given changes; `None` in `sales_rep_id` and `account_owner_id` leaves them, `unset` empties."""

    property_id: UUID
    name: Name | None = None
    address: Address | None = None
    branch_id: UUID | None = None
    sales_rep_id: UUID | Literal["unset"] | None = None
    account_owner_id: UUID | Literal["unset"] | None = None


class ListProperties(Query[Page[PropertyView]]):
    """A contact's properties in this portal, or all of the company's for staff."""

    customer_id: UUID | None = None
    search: Search = ""
    cursor: str | None = None
    limit: Limit = 50


class GetProperty(Query[PropertyView]):
    property_id: UUID


class DetailsView(View):
    """The customer's company details, and the contact's own."""

    customer: CustomerView
    name: str
    email: str
    phone: str


class GetDetails(Query[DetailsView]):
    """The principal's own."""


class ChangeDetails(Command[DetailsView]):
    """Only what is given changes; the first five are the customer's, the rest the contact's own."""

    customer_name: Name | None = None
    mailing_address: Address | None = None
    customer_phone: Phone | None = None
    customer_email: Email | Literal[""] | None = None
    name: PersonName | None = None
    phone: Phone | None = None


class DetailsChangeView(View):
    """One change of the details; `before` and `after` hold the fields that changed."""

    id: UUID
    at: datetime
    changed_by: str
    before: Json
    after: Json


class ListDetailsHistory(Query[Page[DetailsChangeView]]):
    """Newest first; a contact's own customer, or the one that staff name."""

    customer_id: UUID | None = None
    cursor: str | None = None
    limit: Limit = 50
