"""Who sees which visits and who plans them, and which are upcoming by the clocks of their site."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.contracts import permissions
from services.contracts.errors import conflict, forbidden, invalid, not_found
from services.contracts.fieldwork.visits import VisitWindow
from services.contracts.principals import Principal

AHEAD = timedelta(days=30)
"""How far customers see ahead, from today (C23)."""

REMIND_AT = time(15)
"""When customers are told of tomorrow's visits, by the site's clocks."""


@dataclass(frozen=True)
class Scope:
    """The visits that a contact sees, besides that they are completed or upcoming."""

    customer_id: UUID
    branch_id: UUID
    property_ids: frozenset[UUID]


def listed(principal: Principal) -> Scope | None:
    """What a list may hold, None setting no bound; forbidden without the permission."""
    scope = seen(principal)
    if principal.kind == "contact" and not permissions.may(principal, "visits.view"):
        raise forbidden()
    return scope


def seen(principal: Principal) -> Scope | None:
    """What exists for the principal: None, which is all, for the office; nothing without the permission."""
    if permissions.may_in_office(principal, "jobs.read"):
        return None
    if principal.kind != "contact" or principal.portal is None or principal.customer_id is None:
        raise forbidden()
    if not permissions.section_is_on(principal, "visits"):
        raise not_found()
    return Scope(
        customer_id=principal.customer_id,
        branch_id=principal.portal.branch_id,
        property_ids=frozenset(permissions.property_ids(principal, "visits.view")),
    )


def require_planner(principal: Principal) -> None:
    """Refuses everybody but those of the office who plan work."""
    if not permissions.may_in_office(principal, "jobs.write"):
        raise forbidden()


def shows_phone(principal: Principal) -> bool:
    """Whether the principal is shown the service contact's phone: the office always, customers by setting."""
    return principal.portal is None or principal.portal.settings.show_service_contact_phone


# By the clocks of the site


def today_at(now: datetime, time_zone: str) -> date:
    """The calendar's date there."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def is_upcoming(day: date, now: datetime, time_zone: str) -> bool:
    """Whether the day is today there, or one of the thirty days after."""
    return timedelta() <= day - today_at(now, time_zone) <= AHEAD


def is_shown(status: str, day: date, now: datetime, time_zone: str) -> bool:
    """Whether customers see a visit: what took place, and what is planned for the days that they see ahead."""
    return status == "completed" or (status == "scheduled" and is_upcoming(day, now, time_zone))


def begins_at(day: date, window: VisitWindow | None, time_zone: str) -> datetime:
    """The moment that a visit is ordered by: the start of its window, else of its day."""
    return moment(day, window.starts if window else time(), time_zone)


def reminder(day: date, time_zone: str, now: datetime) -> datetime | None:
    """When its customer is told of a visit: the afternoon before; None where that has passed."""
    at = moment(day - timedelta(days=1), REMIND_AT, time_zone)
    return at if at > now else None


def moment(day: date, clock: time, time_zone: str) -> datetime:
    """The moment at which the site's clocks show this, in UTC; of an hour that comes twice the first."""
    return datetime.combine(day, clock, ZoneInfo(time_zone)).astimezone(UTC)


def check_window(window: VisitWindow | None) -> None:
    """Refuses a window that ends before it began."""
    if window is not None and window.ends <= window.starts:
        raise invalid("The window must end after it starts.", field="window", reason="window")


def check_has_come(day: date, now: datetime, time_zone: str) -> None:
    """Refuses to call a visit completed before its day."""
    if day > today_at(now, time_zone):
        raise conflict("This visit is planned for a day to come.", reason="not_yet")
