"""What becomes of a payment afterwards: refunds and disputes, and the moves that their states allow."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.payment_rules import DisputeState
from services.chassis.tables import Base
from services.contracts.billing.payments import RefundStatus


class Refund(Base):
    """Money on its way back. The row is committed before the provider hears of it; its id is the idempotency key."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount > 0 AND fee BETWEEN 0 AND amount", name="amounts"),
        Index("refund_payment_idx", "payment_id"),
        Index("refund_due_idx", "next_check_at", postgresql_where=text("next_check_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"))
    status: Mapped[RefundStatus] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger)
    """What of the amount is convenience fee."""
    reopens: Mapped[bool]
    """Whether what it paid is owed again."""
    requested_by: Mapped[str]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    failure_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    """When it entered the books; if it failed after that, its reverse did so too, and nothing changes it any more."""
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(server_default="0")

    @property
    def is_final(self) -> bool:
        """Whether the provider can tell nothing new of it: the money went back and came again."""
        return self.status == "failed" and self.posted_at is not None

    @property
    def counts(self) -> bool:
        """Whether its amount is taken from what can still be paid back."""
        return self.status != "failed"

    def lose_sight(self, check_at: datetime) -> None:
        """The provider was told, and did not answer."""
        self.status, self.next_check_at = "unknown", check_at

    def post(self, status: Literal["pending", "succeeded"], now: datetime) -> None:
        """The provider has taken it. That holds even for one that was given up: the provider's word decides."""
        self.status, self.posted_at = status, now
        self.next_check_at = self.failure_reason = None

    def arrive(self) -> None:
        """The payer has the money."""
        self.status = "succeeded"

    def fail(self, reason: str) -> None:
        """The payer does not get the money."""
        self.status, self.failure_reason, self.next_check_at = "failed", reason, None

    def postpone(self, now: datetime, seconds: float) -> None:
        """Leaves it alone until then; meanwhile no other replica takes it up."""
        self.next_check_at = now + timedelta(seconds=seconds)
        self.checks += 1


class Dispute(Base):
    """A payer's objection at their bank, as the provider tells of it."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("dispute_payment_idx", "payment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"))
    provider_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[DisputeState] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    respond_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    """When the provider took the money out of the account."""
    closed_at: Mapped[datetime | None]

    def withdraw(self, now: datetime) -> None:
        """The money is held until it is decided."""
        self.state, self.withdrawn_at = "open", now

    def close(self, state: Literal["won", "lost", "closed"], now: datetime) -> None:
        """The bank has decided; nothing it says later changes that."""
        self.state, self.closed_at = state, now
