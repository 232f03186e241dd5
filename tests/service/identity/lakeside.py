"""Lakeside HOA, a customer with properties at two branches, and its people, for tests of who may do what."""

from dataclasses import dataclass
from typing import Any, TypeVar

from services.contracts import permissions
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.contacts import ChangeContact, ContactView, PropertyRoleView
from services.contracts.identity.customers import CustomerView, PropertyView
from services.contracts.identity.portals import BranchView
from services.contracts.messages import Ask
from services.contracts.principals import Permission, PortalSettings, Principal, PropertyRole
from tests.service.identity.conftest import Office

Answer = TypeVar("Answer")

ALL: list[Permission] = sorted(permissions.PERMISSIONS)
SETTINGS = PortalSettings(sections=["invoices", "programs", "proposals", "quotes", "jobs", "requests"])


@dataclass
class Lakeside:
    """Clubhouse and North Gate are served by Austin, the Annex by Dallas; Priya is primary everywhere."""

    office: Office
    austin: BranchView
    dallas: BranchView
    customer: CustomerView
    clubhouse: PropertyView
    gate: PropertyView
    annex: PropertyView
    priya: ContactView
    me: Principal

    def ask(self, message: Ask[Answer], who: Principal | None = None) -> Answer:
        """What identity answers to Priya in Austin, or to somebody else."""
        return self.office.desk.ask(message, who or self.me)

    def staff_ask(self, message: Ask[Answer]) -> Answer:
        """What it answers to the administrator."""
        return self.office.desk.ask(message, self.office.administrator)

    def colleague(self, name: str, *granted: Permission, **roles: PropertyRole) -> ContactView:
        """Another contact of the customer, with roles at properties by name: `clubhouse="billing"`."""
        at = {getattr(self, place).id: role for place, role in roles.items()}
        contact = self.office.contact(self.customer, name, at=at, permissions=["invoices.view"])
        return self.change(contact, permissions=list(granted))

    def change(self, contact: ContactView, **fields: Any) -> ContactView:
        """What the office makes of a contact."""
        return self.staff_ask(ChangeContact(contact_id=contact.id, **fields))

    def sign_in(self, contact: ContactView, branch: BranchView | None = None) -> Principal:
        """The contact, active, in Austin's portal or another."""
        self.office.activate(contact)
        return self.again(contact, branch)

    def again(self, contact: ContactView, branch: BranchView | None = None) -> Principal:
        """The contact in a new session."""
        desk = self.office.desk
        return desk.resolve(desk.sign_in((branch or self.austin).slug, contact.email))

    def trail(self, action: str) -> list[AuditEventView]:
        """What was recorded of this kind, newest first."""
        return self.staff_ask(ListAuditEvents(action=action)).items


def settle(office: Office) -> Lakeside:
    """Lakeside as a new company's customer."""
    austin, dallas = office.branch("austin", SETTINGS), office.branch("dallas", SETTINGS)
    customer = office.customer(austin)
    clubhouse = office.property(customer, austin)
    gate = office.property(customer, austin, "North Gate")
    annex = office.property(customer, dallas, "Dallas Annex")
    everywhere: dict[Any, PropertyRole] = dict.fromkeys((clubhouse.id, gate.id, annex.id), "primary")
    priya = office.contact(customer, "priya", at=everywhere, permissions=ALL, primary=True)
    me = office.desk.resolve(office.activate(priya))
    return Lakeside(office, austin, dallas, customer, clubhouse, gate, annex, priya, me)


def place(
    at: PropertyView, role: PropertyRole = "other", permissions: list[Permission] | None = None
) -> PropertyRoleView:
    """A role at a property, narrowed to some permissions or not."""
    return PropertyRoleView(property_id=at.id, role=role, permissions=permissions)
