"""Contacts, staff and keys, as the rules of permissions meet them."""

from uuid import UUID

from services.contracts.principals import (
    Permission,
    Portal,
    PortalSettings,
    Principal,
    PropertyAccess,
    PropertyRole,
    Scope,
    Section,
    StaffRole,
    Viewer,
)

COMPANY, BRANCH, CUSTOMER = UUID(int=1), UUID(int=2), UUID(int=3)
HERE, THERE, ELSEWHERE = UUID(int=11), UUID(int=12), UUID(int=13)
"""Two properties of the contact, and one that is not theirs."""

SECTIONS: list[Section] = [
    "invoices",
    "programs",
    "proposals",
    "quotes",
    "jobs",
    "visits",
    "equipment",
    "requests",
]


def contact(
    held: frozenset[Permission],
    role: PropertyRole = "primary",
    *,
    here: frozenset[Permission] | None = None,
    sections: list[Section] = SECTIONS,
    viewed: bool = False,
    customer_primary: bool = False,
) -> Principal:
    """Somebody with this role at HERE, where only the permissions `here` count, and at THERE, where all do."""
    places = [
        PropertyAccess(property_id=HERE, role=role, permissions=here),
        PropertyAccess(property_id=THERE, role=role),
    ]
    portal = Portal(
        branch_id=BRANCH,
        slug="evergreen-austin",
        name="Evergreen Austin",
        time_zone="America/Chicago",
        settings=PortalSettings(sections=sections),
    )
    return Principal(
        kind="contact",
        id=UUID(int=41),
        company_id=COMPANY,
        name="Priya Shah",
        portal=portal,
        customer_id=CUSTOMER,
        is_customer_primary=customer_primary,
        permissions=held,
        properties=places,
        viewer=Viewer(id=UUID(int=51), name="Omar Haddad") if viewed else None,
    )


def staff(*roles: StaffRole, must_enrol: bool = False) -> Principal:
    """A staff member with these roles."""
    return Principal(
        kind="staff", id=UUID(int=51), company_id=COMPANY, staff_roles=frozenset(roles), must_enrol=must_enrol
    )


def key(*scopes: Scope) -> Principal:
    """An API key with these scopes."""
    return Principal(kind="integration", id=UUID(int=61), company_id=COMPANY, scopes=frozenset(scopes))
