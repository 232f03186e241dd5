"""Readers of secret addresses: a contact's own rights at this moment, narrowed to looking."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.identity.feeds import ResolveReader
from services.contracts.permissions import LOOKING
from services.contracts.principals import Permission, Principal, PropertyAccess
from services.identity import principals, records, rules
from services.identity.access_models import ContactRole, Role
from services.identity.models import Branch, Company, Contact, Customer, Property, PropertyRoleRow


def resolve(work: Work, query: ResolveReader) -> Principal:
    """The contact in the branch's portal, where they could sign in to it now; they have no session."""
    work.enter(query.company_id)
    contact = records.found(work, Contact, query.contact_id)
    branch = records.found(work, Branch, query.branch_id)
    company = records.found(work, Company, query.company_id)
    customer = records.found(work, Customer, contact.customer_id)
    properties = _properties(work, contact.id, branch.id)
    at_home = customer.home_branch_id == branch.id
    if not rules.may_enter(contact.status, at_home=at_home, served=bool(properties)):
        raise not_found()
    return Principal(
        kind="contact",
        id=contact.id,
        company_id=contact.company_id,
        name=contact.name,
        email=contact.email,
        portal=principals.portal(branch, company.fees),
        customer_id=customer.id,
        permissions=LOOKING.intersection(_granted(work, contact)),
        properties=properties,
    )


def _properties(work: Work, contact_id: UUID, branch_id: UUID) -> list[PropertyAccess]:
    """The contact's properties that the branch serves."""
    rows = (
        select(PropertyRoleRow)
        .join(Property, Property.id == PropertyRoleRow.property_id)
        .where(PropertyRoleRow.contact_id == contact_id, Property.branch_id == branch_id)
    )
    return [
        PropertyAccess.model_validate(
            {"property_id": row.property_id, "role": row.role, "permissions": row.permissions}
        )
        for row in work.session.scalars(rows)
    ]


def _granted(work: Work, contact: Contact) -> frozenset[Permission]:
    """What the contact may do, by their own permissions and their roles'."""
    held = select(Role.permissions).join(ContactRole, ContactRole.role_id == Role.id)
    roles = work.session.scalars(held.where(ContactRole.contact_id == contact.id))
    return frozenset(contact.permissions).union(*roles)
