"""People as identity knows them: the staff of a company, the contacts of a customer, and how a mail reaches them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from services.chassis.work import Work
from services.contracts.identity.contacts import ContactView, GetContact, ListContacts
from services.contracts.identity.people import PersonKind
from services.contracts.identity.staff import GetStaffMember, ListStaff, StaffView


@dataclass(frozen=True)
class Person:
    """Somebody whom identity knows."""

    kind: PersonKind
    id: UUID


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail; `person` is nobody for an address that identity does not know."""

    name: str
    email: str
    person: Person | None = None
    customer_id: UUID | None = None

    @property
    def addressee(self) -> str:
        """Whom the mail is for, whatever their address is by now."""
        return str(self.person.id) if self.person else self.email.lower()


def reachable(work: Work, person: Person) -> Recipient | None:
    """The person at their address now; None where they are disabled."""
    if person.kind == "contact":
        contact = work.ask(GetContact(contact_id=person.id))
        return None if contact.status == "disabled" else _as_recipient(contact)
    member = work.ask(GetStaffMember(staff_id=person.id))
    return None if member.status == "disabled" else _as_recipient(member)


def administrators(work: Work) -> list[Recipient]:
    """Those of the company who are not disabled."""
    return as_recipients(*(each for each in staff(work) if "administrator" in each.roles))


def staff(work: Work) -> Iterator[StaffView]:
    """Every staff member of the company who is not disabled."""
    cursor: str | None = None
    while True:
        page = work.ask(ListStaff(cursor=cursor, limit=100))
        yield from (each for each in page.items if each.status != "disabled")
        cursor = page.next_cursor
        if cursor is None:
            return


def contacts(work: Work, customer_id: UUID) -> Iterator[ContactView]:
    """Every contact of a customer, those who are disabled too."""
    cursor: str | None = None
    while True:
        page = work.ask(ListContacts(customer_id=customer_id, cursor=cursor, limit=100))
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def as_recipients(*people: StaffView | ContactView) -> list[Recipient]:
    """Each at their address."""
    return [_as_recipient(each) for each in people]


def _as_recipient(found: StaffView | ContactView) -> Recipient:
    if isinstance(found, StaffView):
        return Recipient(found.name, found.email, Person("staff", found.id))
    return Recipient(found.name, found.email, Person("contact", found.id), found.customer_id)
