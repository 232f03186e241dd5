"""The payment provider's webhooks, each kept once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.billing.provider import ProviderEventState


class ProviderEvent(Base):
    """A webhook, once. Its object is read again at the provider, so order and content do not matter."""

    __tablename__ = "provider_event"
    __table_args__ = (
        UniqueConstraint("company_id", "event_id"),
        Index("provider_event_company_idx", "company_id", "received_at", "id"),
        Index("provider_event_due_idx", "next_attempt_at", postgresql_where=text("state = 'received'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    event_id: Mapped[str]
    account: Mapped[str]
    type: Mapped[str]
    object_id: Mapped[str]
    state: Mapped[ProviderEventState] = mapped_column(Text)
    received_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")

    def replay(self, now: datetime) -> None:
        """Has it applied once more, as if it had just come."""
        self.state, self.next_attempt_at = "received", now

    def postpone(self, now: datetime, seconds: float) -> None:
        """Leaves it alone until then; meanwhile no other replica takes it up."""
        self.next_attempt_at = now + timedelta(seconds=seconds)
        self.attempts += 1
