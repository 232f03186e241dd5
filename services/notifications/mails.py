"""Mails: what an event becomes, one message for each notice and recipient, stored before anything is sent."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from services.chassis.tracing import traceparent
from services.chassis.work import Work
from services.contracts.messages import Event, new_id
from services.notifications import audiences, contents, languages, rules
from services.notifications.contents.shape import Content
from services.notifications.delivery_rules import Priority
from services.notifications.models import Mail
from services.notifications.people import Recipient
from services.notifications.rules import Notice
from services.notifications.settings import notifications_settings

# Made once, for making it anew takes longer than the row.
_ADD = insert(cast(Table, Mail.__table__)).on_conflict_do_nothing()


def queue(work: Work, event: Event) -> None:
    """One mail for each notice of the event and its recipient, however often the event arrives."""
    for notice in rules.notices_of(event):
        recipients = audiences.recipients(work, notice, event)
        data = contents.of(work, notice.template, event) if recipients else {}
        for recipient in recipients:
            _add(work, event, notice, recipient, data)
            work.wake(worklist_of(notice.priority))


def worklist_of(priority: int) -> str:
    """The worklist that delivers mails of a priority."""
    return "deliver_urgent" if priority == Priority.URGENT else "deliver"


def new_message_id() -> str:
    """A header's value that no other mail has."""
    return f"<{new_id()}@{notifications_settings().mail_from.rpartition('@')[2]}>"


def _add(work: Work, event: Event, notice: Notice, recipient: Recipient, data: Content) -> None:
    row: dict[str, Any] = {
        "id": new_id(),
        "company_id": work.company_id,
        "event_id": event.id,
        "template": notice.template,
        "addressee": recipient.addressee,
        "recipient": recipient.email,
        "recipient_name": recipient.name,
        "language": languages.of(work, recipient, event),
        "customer_id": recipient.customer_id or rules.customer_of(event),
        "data": data,
        "event_type": type(event).__name__,
        "event": event.model_dump(mode="json"),
        "priority": notice.priority,
        "message_id": new_message_id(),
        "created_at": work.now,
        "status": "queued",
        "next_attempt_at": work.now,
        "attempts": 0,
        "failures": 0,
        "resends": 0,
        "history": [],
        "traceparent": traceparent(),
    }
    work.session.execute(_ADD, row)
