"""Customers of a company."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.identity.customers import CreateCustomer, CustomerView, GetCustomer, ListCustomers
from services.contracts.messages import Page
from services.contracts.snapshots import Address
from services.identity import access, pages, records
from services.identity.models import Branch, Customer


def create(work: Work, command: CreateCustomer) -> CustomerView:
    """A customer is at home at one of the company's branches."""
    access.office(work, "customers.write")
    branch = records.found(work, Branch, command.home_branch_id, field="home_branch_id")
    customer = Customer(
        company_id=work.company_id,
        name=command.name,
        home_branch_id=branch.id,
        mailing_address=command.mailing_address.model_dump(mode="json"),
    )
    records.add(work, customer)
    return view(customer)


def list_all(work: Work, query: ListCustomers) -> Page[CustomerView]:
    """By name, for staff."""
    access.office(work, "customers.read")
    return pages.read(work, query, Customer, select(Customer), view)


def get(work: Work, query: GetCustomer) -> CustomerView:
    """Any of the company's; for a contact only its own."""
    if work.principal.kind != "contact":
        access.office_or_service(work, "customers.read")
    elif work.principal.customer_id != query.customer_id:
        raise not_found()
    return view(records.found(work, Customer, query.customer_id))


def view(customer: Customer) -> CustomerView:
    """A customer as staff see it."""
    return CustomerView(
        id=customer.id,
        name=customer.name,
        home_branch_id=customer.home_branch_id,
        mailing_address=Address.model_validate(customer.mailing_address),
        primary_contact_id=customer.primary_contact_id,
    )
