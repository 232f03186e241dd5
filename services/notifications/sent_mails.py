"""Mails as the office sees them: found, opened in full as they were sent, and sent again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_

from services.chassis import cursors
from services.chassis.tracing import traceparent
from services.chassis.work import Work
from services.contracts.errors import conflict, forbidden, not_found
from services.contracts.messages import Page
from services.contracts.notifications.mails import GetMail, ListMails, MailSummary, MailView, ResendMail
from services.contracts.permissions import may_in_office
from services.contracts.principals import Scope
from services.notifications import mails, secrets, telling
from services.notifications.models import FINAL, Mail, MailCopy

_REPEATED = (
    "template",
    "addressee",
    "recipient",
    "recipient_name",
    "language",
    "customer_id",
    "data",
    "event_type",
    "event",
    "priority",
)
"""What a mail that is sent again takes from the first."""


def page(work: Work, query: ListMails) -> Page[MailSummary]:
    """The company's, newest first."""
    _require(work, "mails.read")
    found = select(Mail).where(*_filters(work, query))
    if query.cursor:
        position = cursors.position(query.cursor, datetime)
        found = found.where(tuple_(Mail.created_at, Mail.id) < position)
    ordered = found.order_by(Mail.created_at.desc(), Mail.id.desc())
    rows = list(work.session.scalars(ordered.limit(query.limit + 1)))
    shown = rows[: query.limit]
    more = cursors.after(shown[-1].created_at, shown[-1].id) if len(rows) > query.limit else None
    return Page(items=[MailSummary.model_validate(_told(each)) for each in shown], next_cursor=more)


def read(work: Work, query: GetMail) -> MailView:
    """One mail in full."""
    _require(work, "mails.read")
    mail = _found(work, query.mail_id)
    copy = work.session.get(MailCopy, mail.id)
    return MailView.model_validate(
        _told(mail)
        | {
            "headers": copy.headers if copy else {},
            "text": copy.text if copy else "",
            "html": copy.html if copy else "",
            "history": mail.history,
            "is_secret": mail.template in secrets.SECRETS,
            "may_resend": _may_resend(mail),
        }
    )


def resend(work: Work, command: ResendMail) -> MailSummary:
    """A mail of its own with a Message-ID of its own, told to whom the first is still for; never a secret one."""
    _require(work, "mails.write")
    first = _found(work, command.mail_id)
    if first.template in secrets.SECRETS:
        raise conflict("What this mail opens is not kept. Have a new one made instead.", reason="secret")
    if not _may_resend(first):
        raise conflict("This mail is still on its way.", reason="not_final")
    again = Mail(
        **{name: getattr(first, name) for name in _REPEATED},
        id=command.id,
        company_id=work.company_id,
        event_id=command.id,
        message_id=mails.new_message_id(),
        created_at=work.now,
        status="queued",
        next_attempt_at=work.now,
        attempts=0,
        failures=0,
        resends=0,
        history=[],
        again_of=first.id,
        ordered_by=work.principal.name,
        traceparent=traceparent(),
    )
    work.session.add(again)
    work.session.flush()
    telling.announce(work, "mail.resent", again.id, again.recipient)
    work.wake(mails.worklist_of(again.priority))
    return MailSummary.model_validate(_told(again))


def _filters(work: Work, query: ListMails) -> Iterator[ColumnElement[bool]]:
    yield Mail.company_id == work.company_id
    if query.recipient:
        yield func.lower(Mail.recipient) == query.recipient.strip().lower()
    if query.status:
        yield Mail.status == query.status
    if query.template:
        yield Mail.template == query.template
    if query.customer_id:
        yield Mail.customer_id == query.customer_id


def _may_resend(mail: Mail) -> bool:
    return mail.status in FINAL and mail.template not in secrets.SECRETS


def _told(mail: Mail) -> dict[str, Any]:
    return {name: getattr(mail, name) for name in MailSummary.model_fields}


def _found(work: Work, mail_id: UUID) -> Mail:
    mail = work.session.scalar(select(Mail).where(Mail.id == mail_id, Mail.company_id == work.company_id))
    if mail is None:
        raise not_found()
    return mail


def _require(work: Work, scope: Scope) -> None:
    if not may_in_office(work.principal, scope):
        raise forbidden()
