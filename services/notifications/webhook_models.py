"""Tables of webhooks: endpoints and their secrets, what they are told, and each attempt to tell it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.messages import new_id
from services.contracts.notifications.webhook_events import EventType
from services.contracts.notifications.webhooks import DisabledBecause
from services.notifications import webhook_rules as rules


class WebhookEndpoint(Base):
    """An address of another system. Whoever attempts to deliver there holds the lease, and nobody else does."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (Index(None, "company_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    url: Mapped[str]
    description: Mapped[str]
    event_types: Mapped[list[EventType]] = mapped_column(ARRAY(Text))
    enabled: Mapped[bool]
    disabled_because: Mapped[DisabledBecause | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    """From then it is nowhere to be seen; the sweeper removes it with its log."""
    lease: Mapped[UUID | None]
    """The attempt that is under way; its answer counts only as long as it holds the lease."""
    leased_until: Mapped[datetime | None]
    attempted_at: Mapped[datetime | None]
    failures: Mapped[int]
    """In a row, until now."""
    failing_since: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]

    def is_free(self, now: datetime) -> bool:
        """Whether an attempt may begin."""
        return all(until is None or until <= now for until in (self.leased_until, self.rests_until))

    def begin_attempt(self, now: datetime) -> UUID:
        """Leases it to one attempt, whose name is returned."""
        self.lease, self.leased_until, self.attempted_at = new_id(), now + rules.LEASE, now
        return self.lease

    def end_attempt(self) -> None:
        """Free for the next one."""
        self.lease = self.leased_until = None

    def note_success(self) -> bool:
        """It answers; returns whether it had been away."""
        was_away = self.failures >= rules.AWAY
        self.failures, self.failing_since, self.rests_until = 0, None, None
        return was_away

    def note_failure(self, now: datetime) -> bool:
        """It does not; returns whether it is given up with that."""
        self.failures += 1
        self.failing_since = self.failing_since or now
        self.rests_until = now + rules.rest(self.failures)
        return rules.is_given_up(now, self.failing_since)

    def enable(self) -> None:
        """Told of what happens from now on, with nothing held against it."""
        self.enabled, self.disabled_because = True, None
        self.note_success()

    def disable(self, because: DisabledBecause) -> None:
        """Told nothing more."""
        self.enabled, self.disabled_because = False, because


class WebhookSecret(Base):
    """What deliveries to an endpoint are signed with, sealed; one that was replaced has an end."""

    __tablename__ = "webhook_secret"
    __table_args__ = (Index(None, "endpoint_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """What one endpoint is told of one event. `waiting` has a `next_attempt_at`, the other two have none."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'delivered', 'failed')", name="status"),
        UniqueConstraint("endpoint_id", "event_id"),
        Index(None, "endpoint_id", "created_at", "id"),
        Index(
            "webhook_delivery_due_idx",
            "endpoint_id",
            "id",
            "next_attempt_at",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    event_id: Mapped[UUID]
    """Also the header `webhook-id`, by which a receiver recognises what came twice."""
    type: Mapped[str]
    payload: Mapped[str]
    created_at: Mapped[datetime]
    status: Mapped[str]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int]
    """Since it was last asked for."""
    delivered_at: Mapped[datetime | None]

    def begin_attempt(self) -> bool:
        """Counts one more; False where the last one it had never ended, and it fails."""
        if self.attempts >= rules.MAX_ATTEMPTS:
            self.mark_failed()
            return False
        self.attempts += 1
        return True

    def mark_delivered(self, now: datetime) -> None:
        """The receiver took it."""
        self.status, self.next_attempt_at = "delivered", None
        self.delivered_at = self.delivered_at or now

    def postpone(self, now: datetime) -> None:
        """An attempt failed: it waits for the next, or has failed with the last."""
        self.next_attempt_at = rules.next_attempt(now, self.attempts)
        if self.next_attempt_at is None:
            self.mark_failed()

    def mark_failed(self) -> None:
        """It is given up on, until somebody asks for it again."""
        self.status, self.next_attempt_at = "failed", None

    def send_again(self, now: datetime) -> None:
        """It waits anew, with all its attempts before it."""
        self.status, self.next_attempt_at, self.attempts = "waiting", now, 0


class WebhookAttempt(Base):
    """One attempt to deliver, and what the receiver said."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index(None, "delivery_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    duration_ms: Mapped[int]
    response_status: Mapped[int | None]
    error: Mapped[str | None]
    response_excerpt: Mapped[str]
