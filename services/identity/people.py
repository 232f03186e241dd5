"""Contacts and staff members alike: found by kind and id, and the door that they come in by."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.identity.people import PersonKind
from services.contracts.identity.portals import Brand
from services.identity import records
from services.identity.models import Branch, Company, Contact, Customer, StaffMember


def found(work: Work, kind: PersonKind, person_id: UUID, *, lock: bool = False) -> Contact | StaffMember:
    """The company's person of this kind and id."""
    if kind == "contact":
        return records.found(work, Contact, person_id, lock=lock)
    return records.found(work, StaffMember, person_id, lock=lock)


def home_branch(work: Work, person: Contact | StaffMember) -> Branch | None:
    """The branch whose portal a contact is led to; None for staff."""
    if isinstance(person, StaffMember):
        return None
    home = select(Branch).join(Customer, Customer.home_branch_id == Branch.id)
    return work.session.scalars(home.where(Customer.id == person.customer_id)).one()


def company_brand(work: Work) -> Brand:
    """How the company looks where no branch's portal is meant."""
    return Brand(name=records.found(work, Company, work.company_id).name)
