"""Who an event is mailed to: found from the event, by their own wishes, and by what identity knows of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from services.chassis.work import Work
from services.contracts.billing.payments import PaymentSucceeded
from services.contracts.fieldwork import RequestCreated
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.people import PersonKind
from services.contracts.identity.staff import GetStaffMember
from services.contracts.messages import Event
from services.contracts.proposals import ProposalSigned
from services.notifications import preferences
from services.notifications.rules import Audience, Notice


@dataclass(frozen=True)
class Person:
    """Somebody whom identity knows."""

    kind: PersonKind
    id: UUID


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail."""

    name: str
    email: str


class PersonEvent(Protocol):
    """An event that names whom it is for."""

    @property
    def person_kind(self) -> PersonKind: ...

    @property
    def person_id(self) -> UUID: ...


def recipient(work: Work, notice: Notice, event: Event) -> Recipient | None:
    """Who gets the notice; None where there is nobody, they are disabled, or they do not want it."""
    person = _PERSONS[notice.audience](work, event)
    if person is None:
        return None
    if notice.preference and not preferences.wants(work, person.id, notice.preference):
        return None
    return _reachable(work, person)


def _reachable(work: Work, person: Person) -> Recipient | None:
    if person.kind == "contact":
        contact = work.ask(GetContact(contact_id=person.id))
        return None if contact.status == "disabled" else Recipient(contact.name, contact.email)
    member = work.ask(GetStaffMember(staff_id=person.id))
    return None if member.status == "disabled" else Recipient(member.name, member.email)


def _person(_: Work, event: PersonEvent) -> Person:
    return Person(event.person_kind, event.person_id)


def _payer(_: Work, event: PaymentSucceeded) -> Person | None:
    return Person("contact", event.payer_id) if event.payer_id else None


def _sales_rep(_: Work, event: ProposalSigned) -> Person:
    """The proposal's own, who need not be the property's."""
    return Person("staff", event.sales_rep_id)


def _account_owner(work: Work, event: RequestCreated) -> Person | None:
    """The property's, for what customers raise; what the office raises it knows already."""
    if event.created_by_kind != "contact":
        return None
    owner = work.ask(GetProperty(property_id=event.request.property.id)).account_owner
    return Person("staff", owner.id) if owner else None


_PERSONS: dict[Audience, Callable[[Work, Any], Person | None]] = {
    "person": _person,
    "payer": _payer,
    "sales_rep": _sales_rep,
    "account_owner": _account_owner,
}
