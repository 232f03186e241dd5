"""How far delegated access goes: nobody gives, or takes from others, rights that they have not themselves."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.contacts import ContactView, PropertyRoleView
from services.contracts.principals import Permission, Principal, PropertyAccess
from services.identity import counts, records, rules, views
from services.identity.models import Contact, Customer, PropertyRoleRow


def manager(work: Work) -> Principal:
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


def colleague(work: Work, who: Principal, contact_id: UUID, *, lock: bool = False) -> Contact:
    """A contact of the manager's own customer."""
    contact = records.found(work, Contact, contact_id, lock=lock)
    if contact.customer_id != who.customer_id:
        raise not_found()
    return contact


def colleague_below(work: Work, who: Principal, contact_id: UUID) -> Contact:
    """Likewise, locked: never oneself, the customer's primary contact, or somebody who may what the manager may not."""
    contact = colleague(work, who, contact_id, lock=True)
    if contact.id == who.id:
        raise forbidden("Your own rights are for somebody else to change.", reason="oneself")
    customer = records.found(work, Customer, contact.customer_id)
    if customer.primary_contact_id == contact.id or not _covers(who, views.contact(work, contact)):
        raise forbidden("This colleague has rights that you have not.", reason="more_rights")
    return contact


def check_within(who: Principal, granted: Sequence[Permission], places: Sequence[PropertyRoleView]) -> None:
    """Refuses to give away what the manager has not got; a property that is not theirs does not exist for them."""
    if any(who.role_at(each.property_id) is None for each in places):
        raise not_found("There is no such property, or it is not yours.", field="property_roles")
    if not permissions.covers(who, frozenset(granted), _access(places)):
        raise forbidden("Nobody gives more rights than they have.", reason="more_rights")


def check_mails(work: Work, who: Principal) -> None:
    """Refuses an invitation where the customer's contacts have had too many mailed."""
    allowance = rules.CUSTOMER_INVITATIONS
    if not counts.admitted(work, {f"invitations:of:{who.customer_id}": allowance}):
        seconds = int(allowance.renews.total_seconds())
        raise forbidden("Too many invitations. Please wait.", reason="too_many_attempts", retry_after=seconds)


def shown(who: Principal, contact: ContactView) -> ContactView:
    """Without what the colleague is at properties that the manager does not know."""
    known = [each for each in contact.property_roles if who.role_at(each.property_id) is not None]
    return contact.model_copy(update={"property_roles": known})


def _covers(who: Principal, contact: ContactView) -> bool:
    return permissions.covers(who, frozenset(contact.effective_permissions), _access(contact.property_roles))


def _access(places: Sequence[PropertyRoleView]) -> list[PropertyAccess]:
    return [PropertyAccess.model_validate(each.model_dump()) for each in places]
