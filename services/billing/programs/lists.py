"""Programs read: one in detail, or a page of them, the newest first."""

from datetime import datetime

from sqlalchemy import select, tuple_

from services.billing import access
from services.billing.program_models import Program
from services.billing.programs import sights, views
from services.chassis import cursors
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.billing.programs import GetProgram, ListPrograms, ProgramSummary, ProgramView
from services.contracts.errors import invalid
from services.contracts.messages import Page


def get(work: Work, query: GetProgram) -> ProgramView:
    """One that the principal may see."""
    return views.view(work, sights.visible(work, query.program_id))


def page(work: Work, query: ListPrograms) -> Page[ProgramSummary]:
    """The principal's; those that are archived apart from the others."""
    archived = Program.archived_at.is_not(None) if query.archived else Program.archived_at.is_(None)
    statement = (
        select(Program)
        .where(access.visible_programs(work), archived)
        .order_by(Program.created_at.desc(), Program.id.desc())
        .limit(query.limit + 1)
    )
    if query.customer_id is not None:
        if not permissions.in_office(work.principal):
            raise invalid("Customers see their own programs.", field="customer_id")
        statement = statement.where(Program.customer_id == query.customer_id)
    if query.cursor:
        statement = statement.where(tuple_(Program.created_at, Program.id) < cursors.position(query.cursor, datetime))
    found = work.session.scalars(statement).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page[ProgramSummary](
        items=views.summaries(work, shown),
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )
