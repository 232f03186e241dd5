"""What sections, actions, roles and scopes are called in the office."""

from typing import get_args

from services.contracts.permissions import GRID
from services.contracts.principals import PaymentMethodType, Permission, PropertyRole, Scope, Section, StaffRole

GRID = GRID
SECTIONS: tuple[Section, ...] = get_args(Section)
METHOD_TYPES: tuple[PaymentMethodType, ...] = get_args(PaymentMethodType)
PROPERTY_ROLES: tuple[PropertyRole, ...] = get_args(PropertyRole)
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
SCOPES: tuple[Scope, ...] = get_args(Scope)

_SECTIONS = {
    "details": "My Details",
    "contacts": "Colleagues",
    "payment_methods": "Payment methods",
    "visits": "Visits",
}
_ACTIONS = {
    "view": "View",
    "view_own": "View own",
    "create": "Create",
    "edit": "Edit",
    "sign": "Sign",
    "pay": "Pay",
    "comment": "Comment",
    "manage": "Manage",
}
_ALL_OR_OWN = {"quotes.view": "View all", "jobs.view": "View all"}

STAFF_ROLE_WORDS: dict[StaffRole, str] = {
    "administrator": "Administrator",
    "office": "Office",
    "sales_rep": "Sales rep",
    "account_owner": "Account owner",
}
STAFF_ROLE_HINTS: dict[StaffRole, str] = {
    "administrator": "May do everything, API keys too.",
    "office": "Looks after customers, portals, staff and documents.",
    "sales_rep": "Sees everything; writes proposals and quotes.",
    "account_owner": "Sees everything; answers requests.",
}
PROPERTY_ROLE_HINTS: dict[PropertyRole, str] = {
    "primary": "Primary",
    "billing": "Billing",
    "other": "Other",
}


def section(name: str) -> str:
    """A section of the portal, or of the grid."""
    return _SECTIONS.get(name, name.replace("_", " ").capitalize())


def action(permission: Permission) -> str:
    """What a permission lets a contact do in its section."""
    name = permission.partition(".")[2]
    return _ALL_OR_OWN.get(permission, _ACTIONS.get(name, name.replace("_", " ").capitalize()))


def scope(name: Scope) -> str:
    """What a scope lets an API key do, as `Invoices: read`."""
    about, _, what = name.partition(".")
    return f"{'API keys' if about == 'api_keys' else about.replace('_', ' ').capitalize()}: {what}"


def staff_roles(roles: list[StaffRole]) -> str:
    """A staff member's roles in one line."""
    return ", ".join(STAFF_ROLE_WORDS.get(role, role) for role in roles)
