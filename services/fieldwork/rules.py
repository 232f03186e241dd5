"""Who sees which requests, who raises them and who says something about them: decided from the principal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.fieldwork.requests import AuthorKind, CreateRequest
from services.contracts.principals import Portal, Principal


@dataclass(frozen=True)
class Scope:
    """The requests that somebody sees, within their company; None sets no bound."""

    customer_id: UUID | None = None
    branch_id: UUID | None = None
    property_ids: frozenset[UUID] | None = None
    included_only: bool = False

    def at(self, property_ids: Collection[UUID]) -> "Scope":
        """The same, narrowed to some properties; none chosen means all of them."""
        if not property_ids:
            return self
        chosen = frozenset(property_ids)
        return replace(self, property_ids=chosen if self.property_ids is None else chosen & self.property_ids)


def listed(principal: Principal) -> Scope:
    """What a list may hold; forbidden without the permission, so that nobody takes it for an empty list."""
    scope = seen(principal)
    if principal.kind == "contact" and not permissions.may(principal, "requests.view"):
        raise forbidden()
    return scope


def seen(principal: Principal) -> Scope:
    """What exists for the principal; it is empty without the permission to view."""
    if permissions.may_in_office(principal, "requests.read"):
        return Scope()
    portal = _portal_with_requests(principal)
    return Scope(
        customer_id=principal.customer_id,
        branch_id=portal.branch_id,
        property_ids=frozenset(permissions.property_ids(principal, "requests.view")),
        included_only=True,
    )


def require_may_create(principal: Principal, command: CreateRequest) -> None:
    """Lets the office raise it, and a contact for a property that is theirs in this portal."""
    if permissions.may_in_office(principal, "requests.write"):
        return
    portal = _portal_with_requests(principal)
    if not permissions.may(principal, "requests.create"):
        raise forbidden()
    at_theirs = portal.branch_id == command.branch_id and principal.role_at(command.property.id) is not None
    if not at_theirs or principal.customer_id != command.customer_id:
        raise not_found()
    if not permissions.may(principal, "requests.create", command.property.id):
        raise forbidden()


def require_may_comment(principal: Principal, property_id: UUID) -> None:
    """Lets the office answer, and a contact who sees the request and may comment at its property."""
    if not answers_requests(principal) and not permissions.may(principal, "requests.comment", property_id):
        raise forbidden("You have not been given the right to comment on requests.")


def require_office(principal: Principal) -> None:
    """Refuses everybody but those of the office who answer requests."""
    if not answers_requests(principal):
        raise forbidden()


def answers_requests(principal: Principal) -> bool:
    """Whether it is somebody of the office who answers requests."""
    return permissions.may_in_office(principal, "requests.write")


def in_portal(principal: Principal) -> bool:
    """Whether the principal sees only what customers may."""
    return not permissions.in_office(principal)


def author_kind(principal: Principal) -> AuthorKind:
    """Which side the principal is on; a company's own systems are on its staff's."""
    return "contact" if principal.kind == "contact" else "staff"


def kind_of(kept: str) -> AuthorKind:
    """A side, as it is kept."""
    return "contact" if kept == "contact" else "staff"


def said_of(changed: Mapping[str, object]) -> str:
    """A change in words, such as `Priority: high`; long texts are only named."""
    return "; ".join(_change(name, value) for name, value in changed.items())


def _change(name: str, value: object) -> str:
    label = name.replace("_", " ").capitalize()
    if isinstance(value, bool):
        return f"{label}: {'yes' if value else 'no'}"
    return label if name == "description" else f"{label}: {value}"


def includes_client(principal: Principal, command: CreateRequest) -> bool:
    """Whether the customer sees it: always their own, otherwise as the office says."""
    return principal.kind == "contact" or command.include_client


def _portal_with_requests(principal: Principal) -> Portal:
    """The portal that a contact is in, where it offers requests; forbidden for whoever is no contact."""
    if principal.kind != "contact" or principal.portal is None:
        raise forbidden()
    if not permissions.section_is_on(principal, "requests"):
        raise not_found()
    return principal.portal
