"""Which portals somebody can go to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select

from services.chassis.work import Work
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.contacts import ContactPortalsView, GetContactPortals, PortalLink
from services.identity import access, branches, records
from services.identity.models import Branch, Company, Contact, Customer, Property, PropertyRoleRow


def of_contact(work: Work, query: GetContactPortals) -> ContactPortalsView:
    """Those of the customer's home branch and of the branches that serve the contact's properties; none if disabled.

    A mail tells all of them that its address enters, for one person may be a contact of several customers.
    """
    contact = records.found(work, Contact, _contact_id(work, query))
    company = records.found(work, Company, work.company_id)
    found = work.session.scalars(entered_by(*_entering(work, contact)))
    portals = [_link(branch) for branch in found]
    return ContactPortalsView(name=contact.name, email=contact.email, company_name=company.name, portals=portals)


def _entering(work: Work, contact: Contact) -> Sequence[Contact]:
    same = Contact.email == contact.email if work.principal.kind == "system" else Contact.id == contact.id
    return work.session.scalars(select(Contact).where(same, Contact.status != "disabled")).all()


def _link(branch: Branch) -> PortalLink:
    return PortalLink(slug=branch.slug, brand=branches.brand(branch), branch_id=branch.id, time_zone=branch.time_zone)


def _contact_id(work: Work, query: GetContactPortals) -> UUID:
    principal = work.principal
    if principal.kind == "contact":
        if query.contact_id not in (None, principal.id):
            raise not_found()
        return principal.id
    access.office_or_service(work, "customers.read")
    if query.contact_id is None:
        raise forbidden("Only a contact has portals of their own.")
    return query.contact_id


def entered_by(*contacts: Contact) -> Select[Branch]:
    """The branches whose portals one of the contacts may enter, by name."""
    served = (
        select(Property.branch_id)
        .join(PropertyRoleRow, PropertyRoleRow.property_id == Property.id)
        .where(PropertyRoleRow.contact_id.in_([contact.id for contact in contacts]))
    )
    home = select(Customer.home_branch_id).where(Customer.id.in_([contact.customer_id for contact in contacts]))
    return select(Branch).where(or_(Branch.id.in_(served), Branch.id.in_(home))).order_by(Branch.name, Branch.id)
