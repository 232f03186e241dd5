"""Contacts: the people of a customer, what they may do, and at which properties."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, or_, select

from services.chassis.work import Work
from services.contracts.errors import DomainError, conflict, not_found
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
from services.identity import access, accounts, audit, pages, records, rules, sessions, views
from services.identity.access_models import ContactRole, Role
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
        phone=command.phone,
        status="not_invited",
        permissions=sorted(set(command.permissions)),
    )
    add(work, contact, command.property_roles, command.role_ids)
    if command.primary:
        _make_primary(work, customer, contact)
    return views.contact(work, contact)


def add(
    work: Work, contact: Contact, property_roles: Sequence[PropertyRoleView], role_ids: Sequence[UUID] = ()
) -> None:
    """Keeps a new contact, with their roles, and records it."""
    records.add(work, contact, contact_customer_id_email_key=_email_taken())
    give_property_roles(work, contact, property_roles)
    give_roles(work, contact, role_ids)
    audit.record(work, "contact.created", contact, after=_told(views.contact(work, contact)))


def change(work: Work, command: ChangeContact) -> ContactView:
    """What changes holds at once: whoever remembers the contact's access is told, a disabled one loses it."""
    access.office(work, "customers.write")
    contact = records.found(work, Contact, command.contact_id, lock=True)
    before = views.contact(work, contact)
    contact.name = command.name or contact.name
    contact.phone = contact.phone if command.phone is None else command.phone
    if command.email is not None and command.email != contact.email:
        _readdress(work, contact, command.email)
    if command.permissions is not None:
        contact.permissions = sorted(set(command.permissions))
    if command.role_ids is not None:
        give_roles(work, contact, command.role_ids)
    if command.property_roles is not None:
        give_property_roles(work, contact, command.property_roles)
    if command.status is not None:
        set_status(work, contact, active=command.status == "active")
    return changed(work, contact, before)


def changed(work: Work, contact: Contact, before: ContactView) -> ContactView:
    """The contact as they are now; what differs from before is recorded, and their access told to have changed."""
    after = views.contact(work, contact)
    was_out, is_out = before.status == "disabled", after.status == "disabled"
    if was_out != is_out:
        action = "contact.disabled" if is_out else "contact.enabled"
        audit.record(work, action, contact, before={"status": before.status}, after={"status": after.status})
    audit.record(work, "contact.changed", contact, before=_told(before), after=_told(after))
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[contact.id]))
    return after


def list_all(work: Work, query: ListContacts) -> Page[ContactView]:
    """By name, for staff and for the other services."""
    access.office_or_service(work, "customers.read")
    found = select(Contact).where(
        or_(pages.begins(Contact.folded_name, query.search), pages.begins(Contact.email, query.search))
    )
    if query.customer_id is not None:
        found = found.where(Contact.customer_id == query.customer_id)
    page = pages.read(work, query, Contact, found, lambda contact: contact)
    return Page(items=views.contacts(work, page.items), next_cursor=page.next_cursor)


def get(work: Work, query: GetContact) -> ContactView:
    """Any of the company's."""
    access.office_or_service(work, "customers.read")
    return views.contact(work, records.found(work, Contact, query.contact_id))


def set_status(work: Work, contact: Contact, *, active: bool) -> None:
    """Lets a contact in again, or keeps them out: their sessions end and their invitations are worth nothing."""
    if active:
        contact.enable()
        contact.disabled_by_office = False
    else:
        contact.disable()
        contact.disabled_by_office = contact.disabled_by_office or work.principal.kind != "contact"
        _shut_out(work, contact)


def _shut_out(work: Work, contact: Contact) -> None:
    sessions.end_all(work, contact.id)
    accounts.close_invitations(work, contact.id)


def _readdress(work: Work, contact: Contact, email: str) -> None:
    """Whoever could sign in by the former address cannot any more; no account loses its password."""
    with records.refusing(work, contact_customer_id_email_key=_email_taken()):
        contact.readdress(email)
    _shut_out(work, contact)


def _email_taken() -> DomainError:
    return conflict("A contact of this customer has this e-mail address.", field="email", reason="email_taken")


def _make_primary(work: Work, customer: Customer, contact: Contact) -> None:
    former, customer.primary_contact_id = customer.primary_contact_id, contact.id
    before, after = {"primary_contact_id": former}, {"primary_contact_id": contact.id}
    audit.record(work, "customer.changed", customer, before=before, after=after)
    if former:
        work.announce(AccessChanged(company_id=work.company_id, principal_ids=[former]))


def give_property_roles(work: Work, contact: Contact, roles: Sequence[PropertyRoleView]) -> None:
    """These instead of any others; each property is the contact's own customer's."""
    rules.check_property_roles(roles)
    wanted = {each.property_id for each in roles}
    own = select(Property.id).where(Property.id.in_(wanted), Property.customer_id == contact.customer_id)
    if set(work.session.scalars(own)) != wanted:
        raise not_found("The customer has no such property.", field="property_roles")
    work.session.execute(delete(PropertyRoleRow).where(PropertyRoleRow.contact_id == contact.id))
    work.session.add_all(_property_role(contact, each) for each in roles)
    work.session.flush()


def _property_role(contact: Contact, given: PropertyRoleView) -> PropertyRoleRow:
    return PropertyRoleRow(
        contact_id=contact.id,
        property_id=given.property_id,
        company_id=contact.company_id,
        role=given.role,
        permissions=None if given.permissions is None else sorted(set(given.permissions)),
    )


def give_roles(work: Work, contact: Contact, role_ids: Iterable[UUID]) -> None:
    """These roles instead of any others; they are locked, so that none is deleted meanwhile."""
    wanted = set(role_ids)
    found = select(Role.id).where(Role.id.in_(wanted)).with_for_update(read=True)
    if set(work.session.scalars(found)) != wanted:
        raise not_found("There is no such role.", field="role_ids")
    work.session.execute(delete(ContactRole).where(ContactRole.contact_id == contact.id))
    work.session.add_all(
        ContactRole(contact_id=contact.id, role_id=role_id, company_id=contact.company_id) for role_id in wanted
    )
    work.session.flush()


def _told(view: ContactView) -> dict[str, object]:
    """What the audit trail keeps of a contact; their status has events of its own."""
    kept: set[str] = {"name", "email", "phone", "permissions", "role_ids", "property_roles"}
    return view.model_dump(mode="json", include=kept)
