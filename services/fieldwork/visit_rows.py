"""Visits as rows: those that the principal sees, and what a page shows of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, func, literal, or_, select

from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.fieldwork.visits import ServiceContact, VisitNoteView, VisitView, VisitWindow
from services.contracts.snapshots import Person, PropertySnapshot
from services.fieldwork import visit_rules
from services.fieldwork.visit_models import Visit, VisitNote
from services.fieldwork.visit_rules import Scope


def seen(work: Work, visit_id: UUID) -> Visit:
    """The visit, where the principal sees it."""
    scope = visit_rules.seen(work.principal)
    visit = work.session.scalar(select(Visit).where(Visit.id == visit_id, *within(scope)))
    if visit is None or (scope and not _is_shown(visit, work.now)):
        raise not_found()
    return visit


def for_planner(work: Work, visit_id: UUID) -> Visit:
    """The visit, locked, for somebody of the office who plans work."""
    scope = visit_rules.seen(work.principal)
    visit = work.session.scalar(select(Visit).where(Visit.id == visit_id, *within(scope)).with_for_update())
    if visit is None:
        raise not_found()
    visit_rules.require_planner(work.principal)
    return visit


def within(scope: Scope | None) -> list[ColumnElement[bool]]:
    """The scope as conditions of a query."""
    if scope is None:
        return []
    mine = (Visit.customer_id == scope.customer_id, Visit.branch_id == scope.branch_id)
    return [*mine, Visit.property_id.in_(scope.property_ids)]


def is_upcoming(now: datetime) -> ColumnElement[bool]:
    """`visit_rules.is_upcoming` as a condition.

    The first half is what an index finds: no site's midnight is further from UTC's than a day. The second is
    the rule itself, by the clocks of each site.
    """
    begins = Visit.begins_at.between(now - timedelta(days=2), now + visit_rules.AHEAD + timedelta(days=2))
    today = cast(func.timezone(Visit.time_zone, literal(now.astimezone(UTC))), Date)
    return begins & Visit.date.between(today, today + visit_rules.AHEAD.days)


def is_shown(now: datetime) -> ColumnElement[bool]:
    """`visit_rules.is_shown` as a condition."""
    return or_(Visit.status == "completed", (Visit.status == "scheduled") & is_upcoming(now))


def views(work: Work, visits: Sequence[Visit]) -> list[VisitView]:
    """What the principal sees of visits that they see."""
    notes = _notes(work, visits)
    return [_view(work, visit, notes[visit.id]) for visit in visits]


def view(work: Work, visit: Visit) -> VisitView:
    """The same for one."""
    return views(work, [visit])[0]


def told(work: Work, visit: Visit) -> VisitView:
    """What is told of it to whoever it concerns: nothing that some of them are not shown."""
    view = _view(work, visit, [])
    contact = view.service_contact and view.service_contact.model_copy(update={"phone": None})
    return view.model_copy(update={"service_contact": contact})


def _is_shown(visit: Visit, now: datetime) -> bool:
    return visit_rules.is_shown(visit.status, visit.date, now, visit.time_zone)


def _view(work: Work, visit: Visit, notes: list[VisitNoteView]) -> VisitView:
    in_portal = work.principal.portal is not None
    window = window_of(visit)
    return VisitView.model_validate(
        {
            **{name: getattr(visit, name) for name in _AS_THEY_ARE},
            "window": window,
            "starts_at": visit_rules.moment(visit.date, window.starts, visit.time_zone) if window else None,
            "ends_at": visit_rules.moment(visit.date, window.ends, visit.time_zone) if window else None,
            "property": PropertySnapshot.model_validate(visit.property),
            "service_contact": _service_contact(work, visit.service_contact),
            "notes": notes,
            "version": visit.version,
            "service_contact_id": None if in_portal or not visit.service_contact else visit.service_contact["id"],
        }
    )


_AS_THEY_ARE = (
    "id", "status", "date", "time_zone", "services", "job_id", "proposal_id", "completed_at", "customer_id",
    "branch_id",
)  # fmt: skip


def window_of(visit: Visit) -> VisitWindow | None:
    """Between when and when somebody comes."""
    if visit.window_starts is None or visit.window_ends is None:
        return None
    return VisitWindow(starts=visit.window_starts, ends=visit.window_ends)


def _service_contact(work: Work, kept: dict[str, Any] | None) -> ServiceContact | None:
    if kept is None:
        return None
    person = Person.model_validate(kept)
    phone = person.phone if visit_rules.shows_phone(work.principal) else None
    return ServiceContact(name=person.name, email=person.email, phone=phone)


def _notes(work: Work, visits: Sequence[Visit]) -> defaultdict[UUID, list[VisitNoteView]]:
    """The notes that the principal sees, by their visit, oldest first."""
    found: defaultdict[UUID, list[VisitNoteView]] = defaultdict(list)
    if not visits:
        return found
    theirs = (VisitNote.company_id == work.company_id, VisitNote.visit_id.in_([each.id for each in visits]))
    rows = select(VisitNote).where(*theirs).order_by(VisitNote.created_at, VisitNote.id)
    if work.principal.portal is not None:
        rows = rows.where(VisitNote.shown_in_portal)
    for row in work.session.scalars(rows):
        found[row.visit_id].append(
            VisitNoteView(
                id=row.id,
                text=row.text,
                shown_in_portal=row.shown_in_portal,
                created_at=row.created_at,
                created_by=row.created_by,
            )
        )
    return found
