"""Contacts: the people of a customer, what they may do, and at which properties."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from services.chassis.work import Work
from services.contracts.errors import conflict, not_found
from services.contracts.identity.contacts import (
    AccessChanged,
    ChangeContact,
    ContactView,
    CreateContact,
    GetContact,
    ListContacts,
    PropertyRoleView,
)
from services.contracts.messages import Page
from services.contracts.principals import Permission
from services.identity import access, invitations, pages, records, rules, sessions
from services.identity.models import Contact, Customer, Property, PropertyRoleRow


def create(work: Work, command: CreateContact) -> ContactView:
    """A contact is not invited yet; an e-mail address stands for one contact of a customer."""
    access.office(work, "customers.write")
    customer = records.found(work, Customer, command.customer_id, field="customer_id", lock=True)
    contact = Contact(
        company_id=work.company_id,
        customer_id=customer.id,
        name=command.name,
        email=command.email,
        status="not_invited",
        permissions=_sorted(command.permissions),
    )
    taken = conflict("A contact of this customer has this e-mail address.", field="email", reason="email_taken")
    records.add(work, contact, contact_customer_id_email_key=taken)
    _give_roles(work, contact, command.property_roles)
    if command.primary:
        _make_primary(work, customer, contact)
    return _view_of(work, contact)


def change(work: Work, command: ChangeContact) -> ContactView:
    """What changes holds at once: whoever remembers the contact's access is told, a disabled one loses it."""
    access.office(work, "customers.write")
    contact = records.found(work, Contact, command.contact_id, lock=True)
    if command.permissions is not None:
        contact.permissions = _sorted(command.permissions)
    if command.property_roles is not None:
        work.session.execute(delete(PropertyRoleRow).where(PropertyRoleRow.contact_id == contact.id))
        _give_roles(work, contact, command.property_roles)
    if command.status == "active":
        contact.enable()
    if command.status == "disabled":
        _disable(work, contact)
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[contact.id]))
    return _view_of(work, contact)


def list_all(work: Work, query: ListContacts) -> Page[ContactView]:
    """By name, for staff."""
    access.office(work, "customers.read")
    page = pages.read(work, query, Contact, select(Contact), lambda contact: contact)
    roles = _roles_of(work, [contact.id for contact in page.items])
    return Page(
        items=[view(contact, roles.get(contact.id, [])) for contact in page.items], next_cursor=page.next_cursor
    )


def get(work: Work, query: GetContact) -> ContactView:
    """Any of the company's."""
    access.office_or_service(work, "customers.read")
    return _view_of(work, records.found(work, Contact, query.contact_id))


def _disable(work: Work, contact: Contact) -> None:
    contact.disable()
    sessions.end_all(work, contact.id)
    invitations.close_all(work, contact.id)


def _make_primary(work: Work, customer: Customer, contact: Contact) -> None:
    former, customer.primary_contact_id = customer.primary_contact_id, contact.id
    if former:
        work.announce(AccessChanged(company_id=work.company_id, principal_ids=[former]))


def _give_roles(work: Work, contact: Contact, roles: Sequence[PropertyRoleView]) -> None:
    """Each property is the contact's own customer's."""
    rules.check_property_roles(roles)
    wanted = {each.property_id for each in roles}
    own = select(Property.id).where(Property.id.in_(wanted), Property.customer_id == contact.customer_id)
    if set(work.session.scalars(own)) != wanted:
        raise not_found("The customer has no such property.", field="property_roles")
    for each in roles:
        row = PropertyRoleRow(
            contact_id=contact.id, property_id=each.property_id, company_id=work.company_id, role=each.role
        )
        work.session.add(row)
    work.session.flush()


def _roles_of(work: Work, contact_ids: Iterable[UUID]) -> dict[UUID, list[PropertyRoleView]]:
    statement = select(PropertyRoleRow).where(PropertyRoleRow.contact_id.in_(contact_ids))
    roles: dict[UUID, list[PropertyRoleView]] = {}
    for row in work.session.scalars(statement.order_by(PropertyRoleRow.property_id)):
        roles.setdefault(row.contact_id, []).append(PropertyRoleView(property_id=row.property_id, role=row.role))
    return roles


def _sorted(permissions: Iterable[Permission]) -> list[Permission]:
    return sorted(set(permissions))


def _view_of(work: Work, contact: Contact) -> ContactView:
    return view(contact, _roles_of(work, [contact.id]).get(contact.id, []))


def view(contact: Contact, roles: list[PropertyRoleView]) -> ContactView:
    """A contact as staff see it."""
    return ContactView(
        id=contact.id,
        customer_id=contact.customer_id,
        name=contact.name,
        email=contact.email,
        status=contact.status,
        permissions=contact.permissions,
        property_roles=roles,
    )
