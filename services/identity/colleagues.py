"""Delegated access: contacts invite their colleagues and say what they may do, never more than they may themselves."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ContactView,
    GetColleague,
    ListColleagues,
)
from services.contracts.messages import Page
from services.contracts.principals import Permission
from services.identity import contacts, delegation, invitations, pages, views
from services.identity.access_models import Role
from services.identity.models import Contact


def list_all(work: Work, query: ListColleagues) -> Page[ContactView]:
    """Everybody of the own customer, by name, and what they are at the properties of whoever asks."""
    manager = delegation.manager(work)
    found = select(Contact).where(Contact.customer_id == manager.customer_id)
    page = pages.read(work, query, Contact, found, lambda contact: contact)
    items = [delegation.shown(manager, each) for each in views.contacts(work, page.items)]
    return Page(items=items, next_cursor=page.next_cursor)


def get(work: Work, query: GetColleague) -> ContactView:
    """One of them."""
    manager = delegation.manager(work)
    return delegation.shown(manager, views.contact(work, delegation.colleague(work, manager, query.contact_id)))


def add(work: Work, command: AddColleague) -> ContactView:
    """A new contact, invited at once."""
    manager = delegation.manager(work)
    delegation.check_within(manager, command.permissions, command.property_roles)
    delegation.check_mails(work, manager)
    assert manager.customer_id
    contact = Contact(
        company_id=work.company_id,
        customer_id=manager.customer_id,
        name=command.name,
        email=command.email,
        status="not_invited",
        permissions=sorted(set(command.permissions)),
    )
    contacts.add(work, contact, command.property_roles)
    invitations.invite(work, contact)
    return views.contact(work, contact)


def change(work: Work, command: ChangeColleague) -> ContactView:
    """Nobody changes themselves, nor anybody who has rights that they have not."""
    manager = delegation.manager(work)
    contact = delegation.colleague_below(work, manager, command.contact_id)
    before = views.contact(work, contact)
    if command.permissions is not None:
        _permit(work, contact, before, frozenset(command.permissions))
    if command.property_roles is not None:
        contacts.give_property_roles(work, contact, command.property_roles)
    if command.status is not None:
        if contact.disabled_by_office:
            raise forbidden("The office keeps this person out. Please ask them.", reason="disabled_by_office")
        contacts.set_status(work, contact, active=command.status == "active")
    after = contacts.changed(work, contact, before)
    delegation.check_within(manager, after.effective_permissions, after.property_roles)
    return delegation.shown(manager, after)


def _permit(work: Work, contact: Contact, before: ContactView, granted: frozenset[Permission]) -> None:
    """Exactly these from now on: roles that hold more are taken away. What a role that stays gives is not given
    once more, so that it goes when the office takes it out of the role."""
    held = work.session.scalars(select(Role).where(Role.id.in_(before.role_ids)))
    kept = [role for role in held if granted.issuperset(role.permissions)]
    by_role = set[Permission]().union(*(role.permissions for role in kept)).difference(before.permissions)
    contact.permissions = sorted(granted - by_role)
    contacts.give_roles(work, contact, [role.id for role in kept])
