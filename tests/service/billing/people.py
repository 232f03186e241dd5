"""The people of the demo world as billing meets them: principals of one company's portal."""

from dataclasses import dataclass, field
from uuid import UUID

from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.principals import (
    FeePolicy,
    Permission,
    Portal,
    PortalSettings,
    Principal,
    PropertyAccess,
    PropertyRole,
    StaffRole,
)
from services.contracts.snapshots import Address, CustomerSnapshot, Person, PropertySnapshot

ALL: frozenset[Permission] = frozenset({"invoices.view", "invoices.pay", "payment_methods.manage"})
SETTINGS = PortalSettings(partial_payments=True, fees={"card": FeePolicy(kind="flat", amount=Money(amount=250))})


def site(name: str) -> PropertySnapshot:
    """A property in Austin."""
    return PropertySnapshot(id=new_id(), name=name, address=address("12 Lake Shore Drive"))


def address(line1: str) -> Address:
    """An address in Austin."""
    return Address(line1=line1, city="Austin", state="TX", zip="78701")


@dataclass
class People:
    """One company with a customer, two properties and everybody who may want something of its invoices."""

    company_id: UUID
    settings: PortalSettings = SETTINGS
    branch_id: UUID = field(default_factory=new_id)
    customer: CustomerSnapshot = field(
        default_factory=lambda: CustomerSnapshot(id=new_id(), name="Lakeside HOA", address=address("1 Main Street"))
    )
    clubhouse: PropertySnapshot = field(default_factory=lambda: site("Clubhouse"))
    north_gate: PropertySnapshot = field(default_factory=lambda: site("North Gate"))
    rosa: Person = field(
        default_factory=lambda: Person(id=new_id(), name="Rosa Diaz", email="rosa@evergreen.test", phone="512-555-0101")
    )

    def __post_init__(self) -> None:
        self.priya = self.contact("Priya Shah", {self.clubhouse: "primary", self.north_gate: "primary"}, primary=True)
        self.ben = self.contact("Ben Ortiz", {self.clubhouse: "billing"})
        self.chen = self.contact("Chen Wu", {self.clubhouse: "other", self.north_gate: "other"})
        self.dana = self.contact("Dana Reyes", {}, customer_id=new_id(), primary=True)
        self.office = self.staff("office")
        self.sales_rep = self.staff("sales_rep")

    @property
    def portal(self) -> Portal:
        """The branch that they enter."""
        return Portal(
            branch_id=self.branch_id,
            slug="evergreen-austin",
            name="Evergreen Grounds Austin",
            time_zone="America/Chicago",
            settings=self.settings,
        )

    def contact(
        self,
        name: str,
        roles: "dict[PropertySnapshot, PropertyRole]",
        *,
        primary: bool = False,
        customer_id: UUID | None = None,
        permissions: frozenset[Permission] = ALL,
    ) -> Principal:
        """A contact of the customer, or of another."""
        return Principal(
            kind="contact",
            id=new_id(),
            company_id=self.company_id,
            name=name,
            portal=self.portal,
            customer_id=customer_id or self.customer.id,
            is_customer_primary=primary,
            permissions=permissions,
            properties=[PropertyAccess(property_id=each.id, role=role) for each, role in roles.items()],
        )

    def staff(self, *roles: StaffRole) -> Principal:
        """Somebody at the company."""
        return Principal(
            kind="staff", id=new_id(), company_id=self.company_id, name="Omar Haddad", staff_roles=frozenset(roles)
        )


def with_settings(who: Principal, **changed: object) -> Principal:
    """The same person after the office changed the portal's settings."""
    assert who.portal
    settings = who.portal.settings.model_copy(update=changed)
    return who.model_copy(update={"portal": who.portal.model_copy(update={"settings": settings})})
