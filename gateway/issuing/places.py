"""What documents are made out to, as identity knows it today: properties, customers and service contacts."""

from uuid import UUID

from gateway.auth import Caller
from services.contracts.errors import invalid
from services.contracts.identity.customers import GetCustomer, GetProperty, PropertyView
from services.contracts.identity.staff import GetStaffMember
from services.contracts.snapshots import CustomerSnapshot, Person


async def property_of(caller: Caller, property_id: UUID | None) -> PropertyView | None:
    if property_id is None:
        return None
    return await caller.ask(GetProperty(property_id=property_id))


async def customer(
    caller: Caller, customer_id: UUID | None, place: PropertyView | None
) -> tuple[CustomerSnapshot, UUID]:
    """Whom a document is made out to, and the branch that issues it: the property's, else the home branch."""
    if place:
        if customer_id not in (None, place.customer.id):
            raise invalid("The property is another customer's.", field="property_id")
        return place.customer, place.branch_id
    if customer_id is None:
        raise invalid("Name the customer or the property.", field="customer_id")
    found = await caller.ask(GetCustomer(customer_id=customer_id))
    return CustomerSnapshot(id=found.id, name=found.name, address=found.mailing_address), found.home_branch_id


async def service_contact(caller: Caller, staff_id: UUID | None, place: PropertyView | None) -> Person | None:
    if staff_id is None:
        return place.sales_rep if place else None
    found = await caller.ask(GetStaffMember(staff_id=staff_id))
    return Person(id=found.id, name=found.name, email=found.email, phone=found.phone)
