"""Calendars: a contact's secret address of each portal, which they make anew and revoke."""

import hashlib
import secrets
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.contracts.errors import forbidden, not_found
from services.contracts.fieldwork.visits import (
    CalendarOwner,
    CalendarView,
    GetCalendar,
    MakeCalendar,
    NewCalendarView,
    ResolveCalendar,
    RevokeCalendar,
)
from services.contracts.messages import Nothing
from services.fieldwork import visit_rules
from services.fieldwork.visit_models import CalendarAddress

_BY_TOKEN = text("SELECT company_id, contact_id, branch_id FROM lookups.calendar_by_token(:hash)")


def find(work: Work, _: GetCalendar) -> CalendarView:
    """When the contact's address was made, where there is one."""
    contact_id, branch_id = _mine(work)
    mine = (CalendarAddress.contact_id == contact_id, CalendarAddress.branch_id == branch_id)
    return CalendarView(created_at=work.session.scalar(select(CalendarAddress.created_at).where(*mine)))


def make(work: Work, _: MakeCalendar) -> NewCalendarView:
    """A fresh address, of which only the hash is kept; the one before opens nothing from now on."""
    contact_id, branch_id = _mine(work)
    token, now = secrets.token_urlsafe(32), work.now
    fresh = {"token_hash": _digest(token), "created_at": now}
    row = insert(CalendarAddress).values(
        contact_id=contact_id, branch_id=branch_id, company_id=work.company_id, **fresh
    )
    work.session.execute(row.on_conflict_do_update(index_elements=["contact_id", "branch_id"], set_=fresh))
    return NewCalendarView(token=token, created_at=now)


def revoke(work: Work, _: RevokeCalendar) -> Nothing:
    """The address opens nothing from now on, also where the section was switched off meanwhile."""
    who = work.principal
    if who.kind != "contact" or who.portal is None:
        raise forbidden()
    mine = (CalendarAddress.contact_id == who.id, CalendarAddress.branch_id == who.portal.branch_id)
    work.session.execute(delete(CalendarAddress).where(*mine))
    return Nothing()


def resolve(work: Work, query: ResolveCalendar) -> CalendarOwner:
    """Whose calendar the address is."""
    row = work.session.execute(_BY_TOKEN, {"hash": _digest(query.token.get_secret_value())}).first()
    if row is None:
        raise not_found()
    return CalendarOwner(company_id=row.company_id, contact_id=row.contact_id, branch_id=row.branch_id)


def _mine(work: Work) -> tuple[UUID, UUID]:
    """The contact and the branch of the portal that they are in; forbidden for whoever may not see visits."""
    who = work.principal
    if visit_rules.listed(who) is None or who.portal is None:
        raise forbidden()
    return who.id, who.portal.branch_id


def _digest(token: str) -> bytes:
    """The token is random enough that a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).digest()
