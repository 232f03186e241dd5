"""Notifications' tables of mails, and of what people want."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.principals import Language
from services.notifications import activity_models as activity_models
from services.notifications import delivery_rules
from services.notifications import suppression_models as suppression_models
from services.notifications import webhook_models as webhook_models
from services.notifications.wish_models import Preferences as Preferences
from services.notifications.wish_models import Wish as Wish

FINAL = ("sent", "failed", "withheld")


class Mail(Base):
    """One message to one recipient because of one event, and how its delivery stands.

    `queued` waits for `next_attempt_at`. `sending` is leased to one attempt until `next_attempt_at`; if
    nothing was recorded by then its process died, and it is sent again under the same Message-ID. `sent`,
    `failed` and `withheld` (it was not to be sent any more) are final.
    """

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'sending', 'sent', 'failed', 'withheld')", name="status"),
        UniqueConstraint("event_id", "template", "addressee"),
        Index("mail_due_idx", "priority", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
        Index("mail_list_idx", "company_id", "created_at", "id"),
        Index("mail_failed_idx", "created_at", postgresql_where=text("status = 'failed'")),
        Index("mail_unsent_idx", "company_id", "created_at", "id", postgresql_where=text("status <> 'sent'")),
        Index("mail_customer_idx", "company_id", "customer_id", "created_at", "id"),
        Index("mail_template_idx", "company_id", "template", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    event_id: Mapped[UUID]
    template: Mapped[str]
    addressee: Mapped[str]
    """Whom the event concerns: a person's id, or the address of somebody whom identity does not know."""
    recipient: Mapped[str]
    recipient_name: Mapped[str]
    language: Mapped[Language] = mapped_column(Text, server_default="en")
    customer_id: Mapped[UUID | None]
    """Whose business it is about, for the office to find it by."""
    data: Mapped[dict[str, Any]]
    """What the template tells; never a secret."""
    event_type: Mapped[str | None]
    event: Mapped[dict[str, Any] | None]
    """What happened, to ask again as it is sent whether it concerns the addressee still."""
    priority: Mapped[int] = mapped_column(SmallInteger)
    message_id: Mapped[str]
    """The header by which a reader's mail program recognises a message that came twice."""
    created_at: Mapped[datetime]
    status: Mapped[str]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int]
    failures: Mapped[int]
    """How many attempts failed because of this mail or its recipient: what its back-off grows by."""
    resends: Mapped[int]
    """How many attempts were made although an earlier one may have arrived."""
    sent_at: Mapped[datetime | None]
    subject: Mapped[str | None]
    error: Mapped[str | None]
    """Why it is not sent, or not yet."""
    history: Mapped[list[Any]]
    """What came of each of its last attempts."""
    again_of: Mapped[UUID | None]
    """The mail that somebody of the office had sent again; who, `ordered_by` says."""
    ordered_by: Mapped[str | None]
    traceparent: Mapped[str | None]
    """What it was made in, for its delivery to belong to the same trace."""

    def is_due(self, now: datetime) -> bool:
        """Whether an attempt may begin."""
        return self.next_attempt_at is not None and self.next_attempt_at <= now

    def begin_attempt(self, now: datetime) -> bool:
        """Leases it to a new attempt; False where it was tried for long enough, and fails."""
        if self.status == "sending":
            self._note(now, "interrupted", "the process that sent it did not say what came of it")
            self.resends += 1
        if delivery_rules.is_over(self.created_at, now, self.resends):
            self.mark_failed(now, self.error or "it could not be sent in time")
            return False
        self.status = "sending"
        self.attempts += 1
        self.next_attempt_at = now + delivery_rules.LEASE
        return True

    def wait(self, now: datetime, length: timedelta) -> None:
        """It is not tried before that; what keeps it is no fault of its own."""
        self.next_attempt_at = now + length

    def set_back(self, now: datetime, error: str) -> None:
        """An attempt could not even begin, by its own fault: it waits ever longer, and fails in the end."""
        if delivery_rules.is_over(self.created_at, now, self.resends):
            self.mark_failed(now, error)
            return
        self._note(now, "postponed", error)
        self.failures += 1
        self.error = error
        self.next_attempt_at = now + delivery_rules.back_off(self.failures)

    def mark_sent(self, now: datetime, said: str) -> None:
        """An attempt succeeded; a message that arrived has arrived, whatever a later attempt says."""
        self._note(now, "sent", said)
        self.status = "sent"
        self.next_attempt_at = None
        self.sent_at = self.sent_at or now
        self.error = None

    def mark_failed(self, now: datetime, error: str) -> None:
        """It is given up on."""
        self._end(now, "failed", error)

    def withhold(self, now: datetime, reason: str) -> None:
        """It is not to be sent any more."""
        self._end(now, "withheld", reason)

    def postpone(self, now: datetime, attempt: int, error: str, *, may_have_arrived: bool, at_fault: bool) -> None:
        """The attempt of that number failed: back to the queue. `at_fault`: this mail, not the whole server."""
        if not self.is_at(attempt):
            return
        self._note(now, "interrupted" if may_have_arrived else "postponed", error)
        self.failures += int(at_fault)
        self.resends += int(may_have_arrived)
        self.status = "queued"
        self.error = error
        self.next_attempt_at = now + (delivery_rules.back_off(self.failures) if at_fault else timedelta(seconds=1))

    def is_at(self, attempt: int) -> bool:
        """Whether that attempt is the one under way: no other replica has begun one since."""
        return self.status == "sending" and self.attempts == attempt

    def _end(self, now: datetime, status: str, error: str) -> None:
        if self.status == "sent":
            return
        self._note(now, status, error)
        self.status = status
        self.next_attempt_at = None
        self.error = error

    def _note(self, now: datetime, outcome: str, said: str) -> None:
        entry = {"at": now.isoformat(), "outcome": outcome, "said": said}
        self.history = [*(self.history or []), entry][-delivery_rules.REMEMBERED :]


Index("mail_recipient_idx", Mail.company_id, func.lower(Mail.recipient), Mail.created_at, Mail.id)


class MailCopy(Base):
    """A mail as it was sent, for the office to read; what opens something is left out of it."""

    __tablename__ = "mail_copy"

    mail_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    headers: Mapped[dict[str, Any]]
    text: Mapped[str]
    html: Mapped[str]


class SmtpPace(Base):
    """When the next mail may be handed to the SMTP server, over all replicas and companies."""

    __tablename__ = "smtp_pace"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    away_until: Mapped[datetime]
    failures: Mapped[int]
    """How often in a row the server as a whole was away: what the pause of all grows by."""
