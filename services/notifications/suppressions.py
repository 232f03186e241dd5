"""Suppressed addresses: kept because mails bounced, somebody complained, or the office says so; listed and lifted."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.errors import forbidden, not_found
from services.contracts.messages import Nothing, Page, new_id
from services.contracts.notifications.mails import (
    LiftSuppression,
    ListSuppressions,
    SuppressAddress,
    SuppressionView,
)
from services.contracts.permissions import may_in_office
from services.contracts.principals import Scope
from services.notifications import delivery_rules, telling
from services.notifications.suppression_models import Suppression

_SAYS = {
    "bounced": "mails to this address bounced",
    "complained": "the recipient complained of mails",
    "staff": "the office suppressed this address",
}


def page(work: Work, query: ListSuppressions) -> Page[SuppressionView]:
    """Newest first; `address` finds the ones that begin so."""
    _require(work, "mails.read")
    found = select(Suppression).where(Suppression.company_id == work.company_id)
    if query.address:
        found = found.where(Suppression.address.startswith(query.address.lower(), autoescape=True))
    if query.cursor:
        position = cursors.position(query.cursor, datetime)
        found = found.where(tuple_(Suppression.since, Suppression.id) < position)
    ordered = found.order_by(Suppression.since.desc(), Suppression.id.desc())
    rows = list(work.session.scalars(ordered.limit(query.limit + 1)))
    shown = rows[: query.limit]
    more = cursors.after(shown[-1].since, shown[-1].id) if len(rows) > query.limit else None
    return Page(items=[_view(each) for each in shown], next_cursor=more)


def suppress(work: Work, command: SuppressAddress) -> SuppressionView:
    """Sends the address nothing, or nothing but what is essential; what was known before stays as it is."""
    _require(work, "mails.write")
    _add(work, command.address, command.reason, work.principal.name, command.said)
    row = _found(work, command.address)
    telling.announce(work, "mail.suppressed", row.id, row.address)
    return _view(row)


def lift(work: Work, command: LiftSuppression) -> Nothing:
    """Mails go to the address again."""
    _require(work, "mails.write")
    row = _found(work, command.address)
    work.session.execute(delete(Suppression).where(_of(work, row.address)))
    telling.announce(work, "mail.lifted", row.id, row.address)
    return Nothing()


def bounced(work: Work, address: str, said: str) -> None:
    """The mail server refused the address for good."""
    _add(work, address, "bounced", "the mail server", said)


def holding_back(work: Work, address: str, priority: int) -> str | None:
    """Why the address is not to be sent a mail of this priority; None where it may be."""
    reason = work.session.scalar(select(Suppression.reason).where(_of(work, address)))
    if reason is None or not delivery_rules.holds_back(reason, priority):
        return None
    return _SAYS[reason]


def _add(work: Work, address: str, reason: str, by: str, said: str) -> None:
    row = insert(Suppression).values(
        company_id=work.company_id,
        address=address.lower(),
        id=new_id(),
        reason=reason,
        since=work.now,
        by=by,
        said=said,
    )
    work.session.execute(row.on_conflict_do_nothing())


def _found(work: Work, address: str) -> Suppression:
    row = work.session.scalar(select(Suppression).where(_of(work, address)))
    if row is None:
        raise not_found()
    return row


def _of(work: Work, address: str) -> ColumnElement[bool]:
    return and_(Suppression.company_id == work.company_id, Suppression.address == address.lower())


def _view(row: Suppression) -> SuppressionView:
    return SuppressionView.model_validate({name: getattr(row, name) for name in SuppressionView.model_fields})


def _require(work: Work, scope: Scope) -> None:
    if not may_in_office(work.principal, scope):
        raise forbidden()
