"""Notifications' tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.notifications import activity_models as activity_models
from services.notifications import rules
from services.notifications import webhook_models as webhook_models


class Mail(Base):
    """One message to one recipient because of one event, and how its delivery stands.

    `queued` waits for `next_attempt_at`. `sending` is leased to one attempt until `next_attempt_at`; if
    nothing was recorded by then its process died, and it is sent again under the same Message-ID. `sent`
    and `failed` are final.
    """

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'sending', 'sent', 'failed')", name="status"),
        UniqueConstraint("event_id", "template", "recipient"),
        Index("mail_due_idx", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    event_id: Mapped[UUID]
    template: Mapped[str]
    recipient: Mapped[str]
    recipient_name: Mapped[str]
    data: Mapped[dict[str, Any]]
    """What the template tells; never a secret."""
    message_id: Mapped[str]
    """The header by which a reader's mail program recognises a message that came twice."""
    created_at: Mapped[datetime]
    status: Mapped[str]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int]
    resends: Mapped[int]
    """How many attempts were made although an earlier one may have arrived."""
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]

    def is_due(self, now: datetime) -> bool:
        """Whether an attempt may begin."""
        return self.next_attempt_at is not None and self.next_attempt_at <= now

    def begin_attempt(self, now: datetime) -> bool:
        """Leases it to a new attempt; False where it had its last one, and fails."""
        if self.attempts >= rules.MAX_ATTEMPTS:
            self.mark_failed("the last attempt did not end")
            return False
        if self.status == "sending":
            self.resends += 1
        self.status = "sending"
        self.attempts += 1
        self.next_attempt_at = now + rules.LEASE
        return True

    def mark_sent(self, now: datetime) -> None:
        """An attempt succeeded; a message that arrived has arrived, whatever a later attempt says."""
        self.status = "sent"
        self.next_attempt_at = None
        self.sent_at = self.sent_at or now
        self.error = None

    def mark_failed(self, error: str) -> None:
        """It is given up on."""
        if self.status != "sent":
            self.status = "failed"
            self.next_attempt_at = None
            self.error = error

    def postpone(self, now: datetime, attempt: int, error: str, *, may_have_arrived: bool) -> None:
        """The attempt of that number failed: back to the queue, or given up on after the last."""
        if self.status != "sending" or self.attempts != attempt:
            return
        again = rules.next_attempt(now, self.attempts)
        if again is None:
            self.mark_failed(error)
            return
        self.status = "queued"
        self.next_attempt_at = again
        self.error = error
        if may_have_arrived:
            self.resends += 1


class Preferences(Base):
    """What a person wants to be mailed; whoever has no row has the defaults."""

    __tablename__ = "preferences"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    electronic_receipts: Mapped[bool]
