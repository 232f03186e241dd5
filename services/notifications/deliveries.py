"""Deliveries: each mail is sent at least once, and again only where a send was interrupted."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from obstore.exceptions import BaseError as StoreError
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import files
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError
from services.contracts.files import FileView
from services.contracts.principals import Language
from services.notifications import concerns, copies, letters, mailer, pace, secrets, suppressions, unsubscribing
from services.notifications.letters import Attachment, Letter
from services.notifications.mailer import NotSent
from services.notifications.models import Mail
from services.notifications.people import Recipient

log = structlog.get_logger()

ATTEMPTS = Counter("portico_mail_attempts_total", "Attempts to send a mail", ["template", "outcome"])
RESENDS = Counter("portico_mail_resends_total", "Attempts made although an earlier one may have arrived")
WITHHELD = Counter("portico_mails_withheld_total", "Mails that were not to be sent any more", ["template"])

TURNS = 5
"""How often a mail looks for a slot before its place is given to another."""

TURN_SECONDS = 1.0
"""How long it waits in between at most, so that a process that is being stopped ends soon."""

IDENTITY_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True)
class Attempt:
    """What one attempt to send needs to know while no transaction is open."""

    mail_id: UUID
    number: int
    template: str
    language: Language
    recipient: Recipient
    data: dict[str, Any]
    message_id: str
    created_at: datetime
    seconds_off: float
    """How long until its slot."""
    server_was_away: bool
    unsubscribe_url: str | None


def deliver(work: Work, mail_id: UUID) -> Steps[None]:
    """Sends a due mail. A crash before the outcome is recorded has it sent again when the lease ends."""
    attempt = yield from _begun(work, mail_id)
    if attempt is None:
        return
    try:
        kept, said = yield partial(_send, work, attempt)
    except NotSent as problem:
        _record_failure(work, attempt, problem)
    except Exception as error:
        # Such as data in a form of before an upgrade, which its template cannot tell: no other mail is to wait for it.
        log.error("a mail could not be written", mail_id=str(mail_id), template=attempt.template, exc_info=error)
        _record_failure(work, attempt, NotSent(f"it could not be written ({type(error).__name__})"))
    else:
        _record_sent(work, attempt, kept, said)


def _begun(work: Work, mail_id: UUID) -> Steps[Attempt | None]:
    """Leases the mail to a new attempt in a slot of its own.

    None where another replica has it, it is no longer due or wanted, or there is no slot for too long.
    """
    for _ in range(TURNS):
        found = _due(work, mail_id)
        if found is None:
            return None
        mail, next_slot, was_away = found
        seconds = pace.wait(next_slot, mail.priority)
        if not seconds:
            if not _is_wanted(work, mail):
                return None
            off = pace.take(work, mail.priority, next_slot)
            if off is not None:
                return _leased(work, mail, off, was_away=was_away)
        yield partial(time.sleep, min(max(seconds, 0.05), TURN_SECONDS))
    return None


def _due(work: Work, mail_id: UUID) -> tuple[Mail, float, bool] | None:
    """The mail, locked; how many seconds off the next slot is, and whether the server was away."""
    found = select(Mail, pace.NEXT, pace.WAS_AWAY).where(Mail.id == mail_id).with_for_update(of=Mail, skip_locked=True)
    row = work.session.execute(found.execution_options(populate_existing=True)).one_or_none()
    if row is None or not row[0].is_due(work.now):
        return None
    mail, next_slot, was_away = row
    return mail, float(next_slot), was_away


def _is_wanted(work: Work, mail: Mail) -> bool:
    """Whether it is still to be sent to its addressee, at the address that is theirs now."""
    try:
        recipient = concerns.present(work, mail)
    except Unavailable:
        mail.wait(work.now, IDENTITY_PAUSE)
        return False
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.error("nobody knows whom a mail concerns", mail_id=str(mail.id), template=mail.template, exc_info=error)
        mail.set_back(work.now, f"nobody knows whether it is still to be sent ({type(error).__name__})")
        return False
    reason = (
        concerns.NOT_ANY_MORE if recipient is None else suppressions.holding_back(work, recipient.email, mail.priority)
    )
    if reason:
        mail.withhold(work.now, reason)
        WITHHELD.labels(mail.template).inc()
        return False
    assert recipient
    mail.recipient, mail.recipient_name = recipient.email, recipient.name
    return True


def _leased(work: Work, mail: Mail, seconds_off: float, *, was_away: bool) -> Attempt | None:
    resends = mail.resends
    begun = mail.begin_attempt(work.now)
    RESENDS.inc(mail.resends - resends)
    if not begun:
        return None
    return Attempt(
        mail_id=mail.id,
        number=mail.attempts,
        template=mail.template,
        language=mail.language,
        recipient=Recipient(mail.recipient_name, mail.recipient),
        data=mail.data,
        message_id=mail.message_id,
        created_at=mail.created_at,
        seconds_off=seconds_off,
        server_was_away=was_away,
        unsubscribe_url=unsubscribing.address(mail.company_id, concerns.kind(mail), mail.addressee),
    )


def _send(work: Work, attempt: Attempt) -> tuple[Letter, str]:
    """Sends it in its slot; answers what of it is kept, and what the server said."""
    enclosed = _attachments(attempt)
    time.sleep(attempt.seconds_off)
    letter, kept = _letters(work, attempt)
    return kept, mailer.send(replace(letter, attachments=enclosed))


def _attachments(attempt: Attempt) -> tuple[Attachment, ...]:
    """The files that go along, as the store has them."""
    named = [FileView.model_validate(each) for each in attempt.data.get("attachments", ())]
    try:
        return tuple(Attachment(each.name, each.content_type, files.get(each.key)) for each in named)
    except (OSError, StoreError) as error:
        raise NotSent("the file store did not answer") from error


def _letters(work: Work, attempt: Attempt) -> tuple[Letter, Letter]:
    """The mail as it is sent, and as it is kept: what opens something is put in only here, in memory."""
    if attempt.template not in secrets.SECRETS:
        letter = _written(attempt, attempt.recipient, {**attempt.data, "unsubscribe_url": attempt.unsubscribe_url})
        return letter, letter.without_unsubscribing()
    minted = _minted(work, attempt)
    # The address may have been corrected since; what opens the account goes to the present one.
    recipient = Recipient(minted.name, minted.email)
    return _written(attempt, recipient, minted.content), _written(attempt, recipient, minted.without_secret())


def _written(attempt: Attempt, recipient: Recipient, data: dict[str, Any]) -> Letter:
    return letters.write(
        attempt.template,
        data,
        recipient.name,
        recipient.email,
        attempt.message_id,
        attempt.created_at,
        attempt.language,
    )


def _minted(work: Work, attempt: Attempt) -> secrets.Minted:
    try:
        return secrets.mint(work, attempt.template, attempt.data)
    except Unavailable as error:
        raise NotSent("identity did not answer") from error
    except DomainError as refusal:
        if refusal.code not in ("not_found", "conflict"):
            raise
        raise NotSent("what it opens is no longer there to be opened", "final") from refusal


def _record_sent(work: Work, attempt: Attempt, kept: Letter, said: str) -> None:
    mail = _locked(work, attempt.mail_id)
    mail.mark_sent(work.now, said)
    copies.keep(work, mail, kept)
    if attempt.server_was_away:
        pace.server_answers(work)
    ATTEMPTS.labels(attempt.template, "sent").inc()


def _record_failure(work: Work, attempt: Attempt, problem: NotSent) -> None:
    mail = _locked(work, attempt.mail_id)
    resends = mail.resends
    if problem.meaning in ("final", "bounced"):
        mail.mark_failed(work.now, str(problem))
    else:
        at_fault = problem.meaning == "later" or problem.may_have_arrived
        mail.postpone(
            work.now, attempt.number, str(problem), may_have_arrived=problem.may_have_arrived, at_fault=at_fault
        )
    if problem.meaning == "bounced":
        suppressions.bounced(work, mail.recipient, str(problem))
    if problem.meaning == "server":
        pace.server_is_away(work)
    RESENDS.inc(mail.resends - resends)
    ATTEMPTS.labels(attempt.template, "failed").inc()
    log.warning("a mail was not sent", mail_id=str(mail.id), attempt=attempt.number, status=mail.status)


def _locked(work: Work, mail_id: UUID) -> Mail:
    return work.session.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
