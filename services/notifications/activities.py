"""Activities: what happened that concerns a staff member, in a feed of their own."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.errors import forbidden
from services.contracts.messages import Event, Nothing, new_id
from services.contracts.notifications.activities import (
    ActivityFeed,
    ActivityView,
    FeedChanged,
    ListActivities,
    ReadActivities,
)
from services.contracts.principals import Principal
from services.notifications import audiences, occasions
from services.notifications.activity_models import Activity
from services.notifications.occasions import Occasion

COUNTED = 100
"""Unread ones are counted no further, so that a feed that nobody reads costs no more than another."""


def add(work: Work, event: Event) -> None:
    """An entry for each of the staff whom the event concerns, once however often it arrives."""
    occasion = occasions.of(event)
    if occasion is None:
        return
    for each in audiences.concerned(work, occasion.audience, event):
        if each.person and each.person.kind == "staff":
            _enter(work, event, occasion, each.person.id)


def _enter(work: Work, event: Event, occasion: Occasion, staff_id: UUID) -> None:
    row = insert(Activity).values(
        id=new_id(),
        company_id=work.company_id,
        staff_id=staff_id,
        event_id=event.id,
        kind=occasion.kind,
        subject_type=occasion.subject_type,
        subject_id=occasion.subject_id,
        title=occasion.title,
        actor=occasion.actor,
        at=datetime.fromtimestamp(event.made_at(), UTC),
    )
    if work.session.scalar(row.on_conflict_do_nothing().returning(Activity.id)):
        work.announce(FeedChanged(company_id=work.company_id, staff_id=staff_id))


def page(work: Work, query: ListActivities) -> ActivityFeed:
    """The staff member's own, newest first."""
    who = _staff(work)
    mine = (Activity.company_id == work.company_id, Activity.staff_id == who.id)
    found = select(Activity).where(*mine)
    if query.unread_only:
        found = found.where(Activity.read_at.is_(None))
    if query.cursor:
        found = found.where(tuple_(Activity.at, Activity.id) < cursors.position(query.cursor, datetime))
    rows = list(work.session.scalars(found.order_by(Activity.at.desc(), Activity.id.desc()).limit(query.limit + 1)))
    shown = rows[: query.limit]
    return ActivityFeed(
        items=[view(each) for each in shown],
        next_cursor=cursors.after(shown[-1].at, shown[-1].id) if len(rows) > query.limit else None,
        unread=unread(work, who.id),
    )


def unread(work: Work, staff_id: UUID) -> int:
    """How many a staff member has not read, as far as they are counted."""
    found = select(Activity.id).where(
        Activity.company_id == work.company_id, Activity.staff_id == staff_id, Activity.read_at.is_(None)
    )
    return work.session.scalar(select(func.count()).select_from(found.limit(COUNTED).subquery())) or 0


def mark_read(work: Work, command: ReadActivities) -> Nothing:
    """Of the staff member's own, those named or all; what is read stays read since when it was."""
    who = _staff(work)
    unread = (Activity.company_id == work.company_id, Activity.staff_id == who.id, Activity.read_at.is_(None))
    marked = update(Activity).where(*unread).values(read_at=work.now)
    work.session.execute(marked.where(Activity.id.in_(command.activity_ids)) if command.activity_ids else marked)
    work.announce(FeedChanged(company_id=work.company_id, staff_id=who.id))
    return Nothing()


def _staff(work: Work) -> Principal:
    """The staff member who asks: nobody else has a feed."""
    if work.principal.kind != "staff" or work.principal.must_enrol:
        raise forbidden()
    return work.principal


def view(row: Activity) -> ActivityView:
    return ActivityView.model_validate(
        {name: getattr(row, name) for name in ActivityView.model_fields if name != "read"}
        | {"read": row.read_at is not None}
    )
