"""Customers of a company."""

from typing import Any

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import not_found
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.customers import (
    ChangeCustomer,
    CreateCustomer,
    CustomerView,
    GetCustomer,
    ListCustomers,
)
from services.contracts.messages import Page
from services.contracts.snapshots import Address
from services.identity import access, audit, pages, records
from services.identity.models import Branch, Contact, Customer

_IDS = {"home_branch_id", "primary_contact_id"}
"""What of a customer people's access depends on."""


def create(work: Work, command: CreateCustomer) -> CustomerView:
    """A customer is at home at one of the company's branches."""
    access.office(work, "customers.write")
    branch = records.found(work, Branch, command.home_branch_id, field="home_branch_id")
    customer = Customer(
        company_id=work.company_id,
        name=command.name,
        home_branch_id=branch.id,
        mailing_address=command.mailing_address.model_dump(mode="json"),
        phone=command.phone,
        email=command.email,
    )
    records.add(work, customer)
    return view(customer)


def change(work: Work, command: ChangeCustomer) -> CustomerView:
    """What concerns people's access, which is where the customer is at home and who its primary is, holds at once."""
    access.office(work, "customers.write")
    customer = records.found(work, Customer, command.customer_id, lock=True)
    before = _told(customer)
    if command.home_branch_id is not None:
        records.found(work, Branch, command.home_branch_id, field="home_branch_id")
    if command.primary_contact_id is not None:
        _check_contact(work, customer, command)
    given = command.model_dump(mode="json", exclude={"id", "customer_id", *_IDS}, exclude_none=True)
    for name, value in {**given, **command.model_dump(include=_IDS, exclude_none=True)}.items():
        setattr(customer, name, value)
    after = _told(customer)
    audit.record(work, "customer.changed", customer, before=before, after=after)
    if any(before[name] != after[name] for name in _IDS):
        _announce(work, customer)
    return view(customer)


def _check_contact(work: Work, customer: Customer, command: ChangeCustomer) -> None:
    assert command.primary_contact_id
    contact = records.found(work, Contact, command.primary_contact_id, field="primary_contact_id")
    if contact.customer_id != customer.id:
        raise not_found("The customer has no such contact.", field="primary_contact_id")


def _announce(work: Work, customer: Customer) -> None:
    people = work.session.scalars(select(Contact.id).where(Contact.customer_id == customer.id))
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=list(people)))


def _told(customer: Customer) -> dict[str, Any]:
    return view(customer).model_dump(exclude={"id"})


def list_all(work: Work, query: ListCustomers) -> Page[CustomerView]:
    """By name, for staff; those whose name begins as it is searched for."""
    access.office(work, "customers.read")
    found = select(Customer).where(pages.begins(Customer.folded_name, query.search))
    return pages.read(work, query, Customer, found, view)


def get(work: Work, query: GetCustomer) -> CustomerView:
    """Any of the company's; for a contact only its own, and how it is reached only with `details.view`."""
    principal = work.principal
    if principal.kind != "contact":
        access.office_or_service(work, "customers.read")
    elif principal.customer_id != query.customer_id:
        raise not_found()
    found = view(records.found(work, Customer, query.customer_id))
    if principal.kind != "contact":
        return found
    reached = {} if permissions.may(principal, "details.view") else {"phone": "", "email": ""}
    return found.model_copy(update={"external_id": "", **reached})


def view(customer: Customer) -> CustomerView:
    """A customer as staff see it."""
    return CustomerView(
        id=customer.id,
        name=customer.name,
        home_branch_id=customer.home_branch_id,
        mailing_address=Address.model_validate(customer.mailing_address),
        primary_contact_id=customer.primary_contact_id,
        phone=customer.phone,
        email=customer.email,
        external_id=customer.external_id or "",
    )
