"""Delegated access: contacts invite their colleagues and say what they may do, never more than they may themselves."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ContactView,
    GetColleague,
    ListColleagues,
    PropertyRoleView,
)
from services.contracts.messages import Page
from services.contracts.principals import Permission, Principal, PropertyAccess
from services.identity import contacts, invitations, pages, records, views
from services.identity.access_models import Role
from services.identity.models import Contact, Customer, PropertyRoleRow


def list_all(work: Work, query: ListColleagues) -> Page[ContactView]:
    """Everybody of the own customer, by name, and what they are at the properties of whoever asks."""
    manager = _manager(work)
    found = select(Contact).where(Contact.customer_id == manager.customer_id)
    page = pages.read(work, query, Contact, found, lambda contact: contact)
    items = [_shown(manager, each) for each in views.contacts(work, page.items)]
    return Page(items=items, next_cursor=page.next_cursor)


def get(work: Work, query: GetColleague) -> ContactView:
    """One of them."""
    manager = _manager(work)
    return _shown(manager, views.contact(work, _colleague(work, manager, query.contact_id)))


def add(work: Work, command: AddColleague) -> ContactView:
    """A new contact, invited at once."""
    manager = _manager(work)
    _check_within(manager, frozenset(command.permissions), command.property_roles)
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
    manager = _manager(work)
    contact = _colleague(work, manager, command.contact_id, lock=True)
    before = views.contact(work, contact)
    _check_below(work, manager, before)
    if command.permissions is not None:
        _permit(work, contact, before, frozenset(command.permissions))
    if command.property_roles is not None:
        contacts.give_property_roles(work, contact, command.property_roles)
    if command.status is not None:
        contacts.set_status(work, contact, active=command.status == "active")
    after = contacts.changed(work, contact, before)
    _check_within(manager, frozenset(after.effective_permissions), after.property_roles)
    return _shown(manager, after)


def _manager(work: Work) -> Principal:
    """Whoever asks, where they may manage contacts, with their properties of every portal."""
    principal = work.principal
    if not permissions.may(principal, "contacts.manage"):
        raise forbidden()
    rows = work.session.scalars(select(PropertyRoleRow).where(PropertyRoleRow.contact_id == principal.id))
    own = [
        PropertyAccess(
            property_id=row.property_id,
            role=row.role,
            permissions=None if row.permissions is None else frozenset(row.permissions),
        )
        for row in rows
    ]
    return principal.model_copy(update={"properties": own})


def _colleague(work: Work, manager: Principal, contact_id: UUID, *, lock: bool = False) -> Contact:
    contact = records.found(work, Contact, contact_id, lock=lock)
    if contact.customer_id != manager.customer_id:
        raise not_found()
    return contact


def _check_below(work: Work, manager: Principal, colleague: ContactView) -> None:
    """Refuses oneself, the customer's primary contact, and whoever may what the manager may not."""
    if colleague.id == manager.id:
        raise forbidden("Your own rights are for somebody else to change.", reason="oneself")
    customer = records.found(work, Customer, colleague.customer_id)
    granted = frozenset(colleague.effective_permissions)
    above = not permissions.covers(manager, granted, _access(colleague.property_roles))
    if above or customer.primary_contact_id == colleague.id:
        raise forbidden("This colleague has rights that you have not.", reason="more_rights")


def _check_within(manager: Principal, granted: frozenset[Permission], places: list[PropertyRoleView]) -> None:
    """Refuses to give away what the manager has not got; a property that is not theirs does not exist for them."""
    if any(manager.role_at(each.property_id) is None for each in places):
        raise not_found("There is no such property, or it is not yours.", field="property_roles")
    if not permissions.covers(manager, granted, _access(places)):
        raise forbidden("Nobody gives more rights than they have.", reason="more_rights")


def _access(places: list[PropertyRoleView]) -> list[PropertyAccess]:
    return [PropertyAccess.model_validate(each.model_dump()) for each in places]


def _permit(work: Work, contact: Contact, before: ContactView, granted: frozenset[Permission]) -> None:
    """Exactly these from now on: roles that hold more are taken away."""
    contact.permissions = sorted(granted)
    held = work.session.scalars(select(Role).where(Role.id.in_(before.role_ids)))
    contacts.give_roles(work, contact, [role.id for role in held if granted.issuperset(role.permissions)])


def _shown(manager: Principal, colleague: ContactView) -> ContactView:
    """Without what the colleague is at properties that the manager does not know."""
    known = [each for each in colleague.property_roles if manager.role_at(each.property_id) is not None]
    return colleague.model_copy(update={"property_roles": known})
