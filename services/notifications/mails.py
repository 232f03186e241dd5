"""Mails: queued when something happens, delivered at least once, and again only where a send was interrupted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError
from services.contracts.messages import Event, new_id
from services.notifications import audiences, contents, letters, mailer, rules, secrets
from services.notifications.audiences import Recipient
from services.notifications.letters import Letter
from services.notifications.mailer import NotSent
from services.notifications.models import Mail
from services.notifications.rules import Notice
from services.notifications.settings import notifications_settings

log = structlog.get_logger()

ATTEMPTS = Counter("portico_mail_attempts_total", "Attempts to send a mail", ["template", "outcome"])


def queue(work: Work, event: Event) -> None:
    """One mail for each notice of the event and its recipient, however often the event arrives."""
    for notice in rules.notices_of(event):
        for recipient in audiences.recipients(work, notice, event):
            _add(work, event, notice, recipient)
            work.wake("deliver")


def _add(work: Work, event: Event, notice: Notice, recipient: Recipient) -> None:
    mail_id = new_id()
    row = insert(Mail).values(
        id=mail_id,
        company_id=work.company_id,
        event_id=event.id,
        template=notice.template,
        recipient=recipient.email,
        recipient_name=recipient.name,
        data=contents.of(work, notice.template, event),
        message_id=f"<{mail_id}@{notifications_settings().mail_from.rpartition('@')[2]}>",
        created_at=work.now,
        status="queued",
        next_attempt_at=work.now,
        attempts=0,
        resends=0,
    )
    work.session.execute(row.on_conflict_do_nothing())


@dataclass(frozen=True)
class Attempt:
    """What one attempt to send needs to know while no transaction is open."""

    mail_id: UUID
    number: int
    template: str
    recipient: Recipient
    data: dict[str, Any]
    message_id: str
    created_at: datetime


def deliver(work: Work, mail_id: UUID) -> Steps[None]:
    """Sends a due mail. A crash before the outcome is recorded has it sent again when the lease ends."""
    attempt = _begun(work, mail_id)
    if attempt is None:
        return
    try:
        yield lambda: mailer.send(_letter(work, attempt))
    except NotSent as problem:
        _record_failure(work, attempt, problem)
    else:
        _locked(work, mail_id).mark_sent(work.now)
        ATTEMPTS.labels(attempt.template, "sent").inc()


def _begun(work: Work, mail_id: UUID) -> Attempt | None:
    """Leases the mail to a new attempt; None where another replica has it, or it is no longer due."""
    due = select(Mail).where(Mail.id == mail_id).with_for_update(skip_locked=True)
    mail = work.session.scalar(due)
    if mail is None or not mail.is_due(work.now) or not mail.begin_attempt(work.now):
        return None
    return Attempt(
        mail_id=mail.id,
        number=mail.attempts,
        template=mail.template,
        recipient=Recipient(mail.recipient_name, mail.recipient),
        data=mail.data,
        message_id=mail.message_id,
        created_at=mail.created_at,
    )


def _letter(work: Work, attempt: Attempt) -> Letter:
    """The mail as it is sent; what opens something is put in only here, in memory."""
    recipient, data = attempt.recipient, attempt.data
    if attempt.template in secrets.SECRETS:
        minted = _minted(work, attempt)
        # The address may have been corrected since; what opens the account goes to the present one.
        recipient, data = Recipient(minted.name, minted.email), minted.content
    return letters.write(
        attempt.template, data, recipient.name, recipient.email, attempt.message_id, attempt.created_at
    )


def _minted(work: Work, attempt: Attempt) -> secrets.Minted:
    try:
        return secrets.mint(work, attempt.template, attempt.data)
    except Unavailable as error:
        raise NotSent("identity did not answer") from error
    except DomainError as refusal:
        if refusal.code not in ("not_found", "conflict"):
            raise
        raise NotSent("what it opens is no longer there to be opened", final=True) from refusal


def _record_failure(work: Work, attempt: Attempt, problem: NotSent) -> None:
    mail = _locked(work, attempt.mail_id)
    if problem.final:
        mail.mark_failed(str(problem))
    else:
        mail.postpone(work.now, attempt.number, str(problem), may_have_arrived=problem.may_have_arrived)
    ATTEMPTS.labels(attempt.template, "failed").inc()
    log.warning("a mail was not sent", mail_id=str(mail.id), attempt=attempt.number, status=mail.status)


def _locked(work: Work, mail_id: UUID) -> Mail:
    return work.session.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
