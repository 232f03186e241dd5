"""The demo world's people, as fieldwork meets them: principals and a property."""

from uuid import UUID

from services.contracts.fieldwork.requests import CreateRequest
from services.contracts.principals import (
    Permission,
    Portal,
    PortalSettings,
    Principal,
    PropertyAccess,
    Section,
    StaffRole,
)
from services.contracts.snapshots import Address, PropertySnapshot

EVERGREEN, COOLAIR = UUID(int=1), UUID(int=2)
AUSTIN, DALLAS = UUID(int=11), UUID(int=12)
LAKESIDE, OAK_TERRACE = UUID(int=21), UUID(int=22)
CLUBHOUSE, NORTH_GATE, COURTYARD = UUID(int=31), UUID(int=32), UUID(int=33)

SECTIONS: list[Section] = ["invoices", "proposals", "requests"]
BOTH: frozenset[Permission] = frozenset({"requests.view", "requests.create"})


def contact(
    *properties: UUID,
    customer: UUID = LAKESIDE,
    branch: UUID = AUSTIN,
    permissions: frozenset[Permission] = BOTH,
    sections: list[Section] = SECTIONS,
    name: str = "Chen Wu",
) -> Principal:
    """A contact of a customer, linked to these properties in one portal."""
    settings = PortalSettings(sections=sections)
    return Principal(
        kind="contact",
        id=UUID(int=41),
        company_id=EVERGREEN,
        name=name,
        portal=Portal(branch_id=branch, slug="evergreen-austin", name="Evergreen", time_zone="UTC", settings=settings),
        customer_id=customer,
        permissions=permissions,
        properties=[PropertyAccess(property_id=each, role="other") for each in properties],
    )


def staff(*roles: StaffRole, company: UUID = EVERGREEN) -> Principal:
    """A staff member with these roles."""
    return Principal(
        kind="staff", id=UUID(int=51), company_id=company, name="Omar Haddad", staff_roles=frozenset(roles)
    )


def request_at(
    property_id: UUID,
    *,
    customer: UUID = LAKESIDE,
    branch: UUID = AUSTIN,
    title: str = "Sprinkler leaks",
    include_client: bool = False,
) -> CreateRequest:
    """An order to raise a request about a property."""
    address = Address(line1="1 Lake Road", city="Austin", state="TX", zip="78701")
    return CreateRequest(
        branch_id=branch,
        property=PropertySnapshot(id=property_id, name="Clubhouse", address=address),
        customer_id=customer,
        title=title,
        description="Zone 3, by the gate.",
        include_client=include_client,
    )
