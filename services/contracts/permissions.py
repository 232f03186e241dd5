"""Who may do what: the grid of sections and actions, and the decisions that every service and the gateway share.

Pure: everything is decided from the principal, which travels with the call. Sources: 1-product.md, words
"may pay an invoice", "own", "contact"; features A22, B3, C12 and C26.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.contracts.principals import (
    Permission,
    Principal,
    PropertyAccess,
    PropertyRole,
    Scope,
    Section,
    StaffRole,
)

GRID: Mapping[str, tuple[Permission, ...]] = {
    "details": ("details.view", "details.edit"),
    "contacts": ("contacts.manage",),
    "invoices": ("invoices.view", "invoices.pay"),
    "payment_methods": ("payment_methods.manage",),
    "autopay": ("autopay.manage",),
    "programs": ("programs.view", "programs.sign"),
    "proposals": ("proposals.view", "proposals.sign"),
    "quotes": ("quotes.view_own", "quotes.view", "quotes.create"),
    "jobs": ("jobs.view_own", "jobs.view", "jobs.create"),
    "visits": ("visits.view",),
    "equipment": ("equipment.view", "equipment.create", "equipment.edit"),
    "requests": ("requests.view", "requests.create", "requests.comment"),
}
"""Every permission, by what it is about. `view_own` sees what the contact raised, `view` all of the customer's."""

PERMISSIONS = frozenset(permission for granted in GRID.values() for permission in granted)

LOOKING = frozenset(permission for permission in PERMISSIONS if permission.partition(".")[2].startswith("view"))
"""What a staff member may who views the portal as a customer sees it."""

SECTIONS: Mapping[str, frozenset[Section]] = {
    "invoices": frozenset({"invoices", "programs"}),
    "payment_methods": frozenset({"invoices", "programs"}),
    "autopay": frozenset({"invoices", "programs"}),
    "programs": frozenset({"programs"}),
    "proposals": frozenset({"proposals"}),
    "quotes": frozenset({"quotes"}),
    "jobs": frozenset({"jobs"}),
    "visits": frozenset({"visits"}),
    "equipment": frozenset({"equipment"}),
    "requests": frozenset({"requests"}),
}
"""The parts of a portal of which one must be on for the grid's row to count there; the other rows count always."""

SIGNING_ROLES: frozenset[PropertyRole] = frozenset({"primary", "billing"})

READING: frozenset[Scope] = frozenset(
    {
        "company.read",
        "staff.read",
        "customers.read",
        "invoices.read",
        "payments.read",
        "programs.read",
        "proposals.read",
        "quotes.read",
        "jobs.read",
        "requests.read",
    }
)
"""What every staff member may."""

_OFFICE: frozenset[Scope] = READING | {
    "company.write",
    "staff.write",
    "customers.write",
    "invoices.write",
    "payments.write",
    "programs.write",
    "proposals.write",
    "quotes.write",
    "jobs.write",
    "requests.write",
    "mails.read",
    "mails.write",
    "audit.read",
}

SCOPES_OF: Mapping[StaffRole, frozenset[Scope]] = {
    "administrator": _OFFICE | {"api_keys.read", "api_keys.write", "webhooks.read", "webhooks.write"},
    "office": _OFFICE,
    "sales_rep": READING | {"proposals.write", "quotes.write"},
    "account_owner": READING | {"requests.write"},
}
"""What each staff role may do; a staff member may what any of their roles may."""


# In the office


def in_office(principal: Principal) -> bool:
    """Whether it is a staff member or an integration, who see what customers do not."""
    return principal.kind in ("staff", "integration")


def scopes_of(principal: Principal) -> frozenset[Scope]:
    """What the principal may do in the office: by their roles, or as an API key was given."""
    if principal.kind == "integration":
        return principal.scopes
    if principal.kind != "staff" or principal.must_enrol:
        return frozenset()
    return frozenset().union(*(SCOPES_OF[role] for role in principal.staff_roles))


def may_in_office(principal: Principal, scope: Scope) -> bool:
    """Whether a staff member or an integration may do this."""
    return scope in scopes_of(principal)


# In a portal


def section_is_on(principal: Principal, section: Section) -> bool:
    """Whether the portal that the contact is in has the section."""
    return principal.portal is not None and section in principal.portal.settings.sections


def may(principal: Principal, permission: Permission, property_id: UUID | None = None) -> bool:
    """Whether a contact may do this in the portal that they are in, and at this property where one is named."""
    if principal.kind != "contact" or permission not in principal.permissions:
        return False
    if principal.viewer is not None and permission not in LOOKING:
        return False
    if not is_offered(principal, permission):
        return False
    return property_id is None or property_id in property_ids(principal, permission)


def is_offered(principal: Principal, permission: Permission) -> bool:
    """Whether the portal that the principal is in has a part for which the permission counts."""
    sections = SECTIONS.get(permission.partition(".")[0])
    return sections is None or any(section_is_on(principal, each) for each in sections)


def property_ids(principal: Principal, permission: Permission) -> list[UUID]:
    """The contact's properties in this portal at which the permission counts."""
    if not may(principal, permission):
        return []
    held = frozenset({permission})
    return [each.property_id for each in principal.properties if _counting(held, each)]


def sees_all(principal: Principal, section: str) -> bool:
    """Whether a contact sees all of the customer's jobs or quotes, not only their own."""
    return any(may(principal, permission) for permission in GRID[section] if permission.endswith(".view"))


def may_sign(principal: Principal, property_id: UUID) -> bool:
    """As the property's primary or billing contact, with the permission (C12)."""
    return may(principal, "proposals.sign", property_id) and principal.role_at(property_id) in SIGNING_ROLES


def may_pay(principal: Principal, property_id: UUID | None, billing_contact_id: UUID | None) -> bool:
    """The property's primary contact, the invoice's billing contact, or without a property the customer's primary."""
    if property_id is None:
        payer = billing_contact_id == principal.id or principal.is_customer_primary
        return payer and may(principal, "invoices.pay")
    payer = billing_contact_id == principal.id or principal.role_at(property_id) == "primary"
    return payer and may(principal, "invoices.pay", property_id)


def may_keep_methods(principal: Principal) -> bool:
    """Whether a contact may see and add payment methods: whoever pays must have something to pay with."""
    return may(principal, "payment_methods.manage") or may(principal, "invoices.pay")


# Handing on


def within(principal: Principal, permissions: Iterable[Permission]) -> bool:
    """Whether a contact holds all of these, so that a colleague may be given them, at whatever portal they count."""
    return principal.kind == "contact" and principal.viewer is None and principal.permissions.issuperset(permissions)


def may_give_role(principal: Principal, property_id: UUID, role: PropertyRole) -> bool:
    """Whether a contact may link a colleague to the property: never in a stronger role than their own."""
    strength: Mapping[PropertyRole | None, int] = {None: -1, "other": 0, "billing": 1, "primary": 2}
    own = principal.role_at(property_id)
    return own is not None and strength[own] >= strength[role]


def covers(principal: Principal, granted: frozenset[Permission], places: Iterable[PropertyAccess]) -> bool:
    """Whether a contact has all the rights of somebody with these permissions at these places.

    `principal` has all their properties here, also those of other portals.
    """
    return within(principal, granted) and all(
        may_give_role(principal, each.property_id, each.role)
        and _counting(principal.permissions, principal.access_at(each.property_id)) >= _counting(granted, each)
        for each in places
    )


def _counting(held: frozenset[Permission], access: PropertyAccess | None) -> frozenset[Permission]:
    """What of the permissions counts at a property."""
    if access is None:
        return frozenset()
    return held if access.permissions is None else held & access.permissions
