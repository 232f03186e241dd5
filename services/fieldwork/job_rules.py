"""Who sees which jobs and equipment, who makes them, and how a job moves: decided from the principal and the job."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from services.contracts import permissions
from services.contracts.errors import conflict, forbidden, invalid, not_found
from services.contracts.fieldwork.jobs import JobStatus
from services.contracts.principals import Permission, Portal, Principal, Section

SOON = timedelta(days=30)
"""How long before its service equipment is `due_soon`."""

MOVES: Mapping[JobStatus, frozenset[JobStatus]] = {
    "requested": frozenset({"booked", "in_progress", "cancelled"}),
    "booked": frozenset({"requested", "in_progress", "completed", "cancelled"}),
    "in_progress": frozenset({"booked", "completed", "cancelled"}),
    "completed": frozenset({"in_progress"}),
    "cancelled": frozenset({"requested", "booked"}),
}
"""What may become of a job; what was completed or cancelled by mistake is taken up again."""


@dataclass(frozen=True)
class Scope:
    """The jobs or the equipment that somebody sees, within their company; None sets no bound.

    At `own_at` a contact sees the jobs that are their own, at `all_at` everybody's of the customer.
    """

    customer_id: UUID | None = None
    branch_id: UUID | None = None
    all_at: frozenset[UUID] | None = None
    own_at: frozenset[UUID] = frozenset()
    contact_id: UUID | None = None

    def at(self, property_ids: Collection[UUID]) -> "Scope":
        """The same, narrowed to some properties; none chosen means all of them."""
        if not property_ids:
            return self
        chosen = frozenset(property_ids)
        every = chosen if self.all_at is None else chosen & self.all_at
        return replace(self, all_at=every, own_at=chosen & self.own_at)


def jobs_listed(principal: Principal) -> Scope:
    """What a list of jobs may hold; forbidden without the permission, so that nobody takes it for an empty list."""
    scope = jobs_seen(principal)
    if principal.kind == "contact" and not _may_any(principal, ("jobs.view", "jobs.view_own")):
        raise forbidden()
    return scope


def jobs_seen(principal: Principal) -> Scope:
    """The jobs that exist for the principal; none without the permission to view."""
    if permissions.may_in_office(principal, "jobs.read"):
        return Scope()
    portal = _portal_with(principal, "jobs")
    all_at = frozenset(permissions.property_ids(principal, "jobs.view"))
    own_at = frozenset(permissions.property_ids(principal, "jobs.view_own"))
    return Scope(principal.customer_id, portal.branch_id, all_at, own_at - all_at, principal.id)


def equipment_listed(principal: Principal) -> Scope:
    """What a list of equipment may hold; forbidden without the permission."""
    scope = equipment_seen(principal)
    if principal.kind == "contact" and not permissions.may(principal, "equipment.view"):
        raise forbidden()
    return scope


def equipment_seen(principal: Principal) -> Scope:
    """The equipment that exists for the principal; none without the permission to view."""
    if permissions.may_in_office(principal, "jobs.read"):
        return Scope()
    portal = _portal_with(principal, "equipment")
    all_at = frozenset(permissions.property_ids(principal, "equipment.view"))
    return Scope(principal.customer_id, portal.branch_id, all_at)


def require_may_create(
    principal: Principal, permission: Permission, *, branch_id: UUID, customer_id: UUID, property_id: UUID
) -> None:
    """Lets the office do it, and a contact for a property that is theirs in this portal."""
    if permissions.may_in_office(principal, "jobs.write"):
        return
    portal = _portal_with(principal, "jobs" if permission == "jobs.create" else "equipment")
    if not permissions.may(principal, permission):
        raise forbidden()
    at_theirs = portal.branch_id == branch_id and principal.role_at(property_id) is not None
    if not at_theirs or principal.customer_id != customer_id:
        raise not_found()
    if not permissions.may(principal, permission, property_id):
        raise forbidden()


def require_may_edit_equipment(principal: Principal, property_id: UUID) -> None:
    """Lets the office change equipment that it sees, and a contact who may edit it at its property."""
    office = permissions.may_in_office(principal, "jobs.write")
    if not office and not permissions.may(principal, "equipment.edit", property_id):
        raise forbidden("You have not been given the right to change equipment.")


def require_office(principal: Principal) -> None:
    """Refuses everybody but those of the office who schedule jobs."""
    if not permissions.may_in_office(principal, "jobs.write"):
        raise forbidden()


def require_labels(principal: Principal) -> None:
    """Labels lead nowhere in a portal that has switched them off."""
    if principal.portal is not None and not principal.portal.settings.equipment_labels:
        raise not_found("This label leads nowhere any more.")


def in_portal(principal: Principal) -> bool:
    """Whether the principal sees only what customers may."""
    return not permissions.in_office(principal)


def side_of(principal: Principal) -> Literal["contact", "staff"]:
    """Which side the principal is on; a company's own systems are on its staff's."""
    return "contact" if principal.kind == "contact" else "staff"


def moved(before: JobStatus, asked: JobStatus | None, booked: date | None, *, is_newly_booked: bool) -> JobStatus:
    """What the job's status becomes. Conflict where it cannot become that, invalid where it is booked for no day."""
    after = before if asked is None else asked
    if after == before == "requested" and is_newly_booked:
        after = "booked"
    if after != before and after not in MOVES[before]:
        raise conflict(f"A job that is {said(before)} cannot become {said(after)}.", reason="job_status")
    if after == "booked" and booked is None:
        raise invalid("Say for which day it is booked.", field="date_booked")
    return after


def said(status: str) -> str:
    """A status in words."""
    return status.replace("_", " ")


def service_of(due_on: date | None, today: date) -> Literal["none", "planned", "due_soon", "overdue"]:
    """How urgent a service is."""
    if due_on is None:
        return "none"
    if due_on < today:
        return "overdue"
    return "due_soon" if due_on <= today + SOON else "planned"


def _may_any(principal: Principal, some: tuple[Permission, ...]) -> bool:
    return any(permissions.may(principal, each) for each in some)


def _portal_with(principal: Principal, section: Section) -> Portal:
    """The portal that a contact is in, where it has the section; forbidden for whoever is no contact."""
    if principal.kind != "contact" or principal.portal is None:
        raise forbidden()
    if not permissions.section_is_on(principal, section):
        raise not_found()
    return principal.portal
