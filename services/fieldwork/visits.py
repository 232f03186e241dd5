"""Visits: planned, changed, completed and cancelled by the office; customers see what was and what is to come."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.errors import invalid, not_found
from services.contracts.fieldwork.visits import (
    AddVisitNote,
    CancelVisit,
    ChangeVisit,
    ChangeVisitNote,
    CompleteVisit,
    CreateVisit,
    GetVisit,
    ListVisits,
    VisitUpcoming,
    VisitView,
    VisitWindow,
)
from services.contracts.messages import Page
from services.contracts.snapshots import Person
from services.fieldwork import job_rows, versions, visit_rows, visit_rules
from services.fieldwork.visit_models import Visit, VisitNote


def create(work: Work, command: CreateVisit) -> VisitView:
    """Plans a visit; one of a day gone by is written down all the same, to be completed."""
    visit_rules.require_planner(work.principal)
    visit_rules.check_window(command.window)
    work.today(command.time_zone)
    _check_job(work, command)
    visit = Visit(
        id=command.id,
        company_id=work.company_id,
        branch_id=command.branch_id,
        customer_id=command.customer_id,
        property_id=command.property.id,
        property=command.property.model_dump(mode="json"),
        status="scheduled",
        time_zone=command.time_zone,
        services=list(command.services),
        service_contact=_kept(command.service_contact),
        job_id=command.job_id,
        proposal_id=command.proposal_id,
        created_at=work.now,
        completed_at=None,
        version=1,
    )
    _schedule(work, visit, command.date, command.window)
    work.session.add(visit)
    return visit_rows.view(work, visit)


def find(work: Work, query: GetVisit) -> VisitView:
    """One visit, where the principal sees it."""
    return visit_rows.view(work, visit_rows.seen(work, query.visit_id))


def page(work: Work, query: ListVisits) -> Page[VisitView]:
    """The visits that the principal sees: the upcoming by their dates, all others the last one first."""
    found = _chosen(work, query)
    order = tuple_(Visit.begins_at, Visit.id)
    upcoming = query.window == "upcoming"
    if query.cursor:
        after = cursors.position(query.cursor, datetime)
        found = found.where(order > after if upcoming else order < after)
    direction = (Visit.begins_at, Visit.id) if upcoming else (Visit.begins_at.desc(), Visit.id.desc())
    rows = list(work.session.scalars(found.order_by(*direction).limit(query.limit + 1)))
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(
        items=visit_rows.views(work, shown),
        next_cursor=cursors.after(shown[-1].begins_at, shown[-1].id) if more else None,
    )


def change(work: Work, command: ChangeVisit) -> VisitView:
    """Changes what is given of a visit that is still planned."""
    visit = visit_rows.for_planner(work, command.visit_id)
    visit.require_scheduled()
    versions.require_current(visit.version, command.expected_version)
    visit.version += 1
    window = visit_rows.window_of(visit) if command.window is None else _given(command.window)
    visit_rules.check_window(window)
    _schedule(work, visit, command.date or visit.date, window)
    if command.services is not None:
        visit.services = list(command.services)
    if command.service_contact is not None:
        visit.service_contact = None if command.service_contact == "unset" else _kept(command.service_contact)
    return visit_rows.view(work, visit)


def complete(work: Work, command: CompleteVisit) -> VisitView:
    """It took place, today there or before."""
    visit = visit_rows.for_planner(work, command.visit_id)
    visit_rules.check_has_come(visit.date, work.now, visit.time_zone)
    visit.complete(work.now)
    return visit_rows.view(work, visit)


def cancel(work: Work, command: CancelVisit) -> VisitView:
    """It will not take place: customers see it no longer."""
    visit = visit_rows.for_planner(work, command.visit_id)
    visit.cancel()
    return visit_rows.view(work, visit)


def remind(work: Work, visit_id: UUID) -> None:
    """Tells of tomorrow's visit, the day before or as soon after as somebody looks; of one of today no longer."""
    due = select(Visit).where(Visit.id == visit_id, Visit.remind_at <= work.now)
    visit = work.session.scalar(due.with_for_update(skip_locked=True))
    if visit is None:
        return
    visit.remind_at = None
    if visit.date > work.today(visit.time_zone):
        work.announce(VisitUpcoming(company_id=work.company_id, visit=visit_rows.told(work, visit)))


def add_note(work: Work, command: AddVisitNote) -> VisitView:
    """Writes down a note; customers see it only where it is shown in the portal."""
    visit = visit_rows.for_planner(work, command.visit_id)
    note = VisitNote(
        id=command.id,
        company_id=work.company_id,
        visit_id=visit.id,
        text=command.text,
        shown_in_portal=command.shown_in_portal,
        created_at=work.now,
        created_by=work.principal.name,
    )
    work.session.add(note)
    work.session.flush()
    return visit_rows.view(work, visit)


def change_note(work: Work, command: ChangeVisitNote) -> VisitView:
    """Shows a note in the portal, or takes it back."""
    visit = visit_rows.for_planner(work, command.visit_id)
    note = work.session.get(VisitNote, command.note_id)
    if note is None or note.visit_id != visit.id:
        raise not_found()
    note.shown_in_portal = command.shown_in_portal
    work.session.flush()
    return visit_rows.view(work, visit)


def _chosen(work: Work, query: ListVisits) -> Select[Visit]:
    """What is asked for of what the principal sees."""
    scope = visit_rules.listed(work.principal)
    found = select(Visit).where(Visit.company_id == work.company_id, *visit_rows.within(scope))
    if query.window == "completed":
        found = found.where(Visit.status == "completed")
    elif query.window == "upcoming":
        found = found.where(Visit.status == "scheduled", visit_rows.is_upcoming(work.now))
    elif scope:
        found = found.where(visit_rows.is_shown(work.now))
    if query.property_ids:
        found = found.where(Visit.property_id.in_(query.property_ids))
    if query.visit_ids:
        found = found.where(Visit.id.in_(query.visit_ids))
    if query.job_id:
        found = found.where(Visit.job_id == query.job_id)
    return found


def _check_job(work: Work, command: CreateVisit) -> None:
    """Refuses a job of another property, of which this one's customer would be told."""
    if command.job_id and job_rows.seen(work, command.job_id).property_id != command.property.id:
        raise invalid("The job is at another property.", field="job_id")


def _schedule(work: Work, visit: Visit, day: date, window: VisitWindow | None) -> None:
    visit.date = day
    visit.window_starts = window.starts if window else None
    visit.window_ends = window.ends if window else None
    try:
        visit.begins_at = visit_rules.begins_at(day, window, visit.time_zone)
        visit.remind_at = visit_rules.reminder(day, visit.time_zone, work.now)
    except OverflowError:
        raise invalid("This is beyond any calendar.", field="date") from None


def _given(window: VisitWindow | str) -> VisitWindow | None:
    return window if isinstance(window, VisitWindow) else None


def _kept(person: Person | None) -> dict[str, object] | None:
    return person.model_dump(mode="json") if person else None
