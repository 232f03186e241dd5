"""Credits and what they are applied to, and the moves that their amounts allow."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class Credit(Base):
    """Money owed to a customer: granted by the office, or what a payment brought beyond what was owed.

    `amount` is what was ever credited, `unapplied` what of it is still free, and `returned` what was paid back.
    The rest reduces invoices. Its row is the lock for all four.
    """

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        UniqueConstraint("payment_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("unapplied >= 0 AND returned >= 0 AND unapplied + returned <= amount", name="rest"),
        Index("credit_customer_idx", "customer_id", "created_at", "id"),
        Index("credit_company_idx", "company_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    number: Mapped[str]
    branch_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    property_id: Mapped[UUID | None]
    property: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    unapplied: Mapped[int] = mapped_column(BigInteger)
    returned: Mapped[int] = mapped_column(BigInteger, server_default="0")
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"))
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    def apply(self, amount: int) -> None:
        """So much of it reduces an invoice now."""
        if amount > self.unapplied:
            raise ValueError("a credit gives no more than it has")
        self.unapplied -= amount

    def take_back(self, amount: int) -> None:
        """So much of it reduces no invoice any more."""
        self.unapplied += amount

    def pay_back(self, amount: int) -> None:
        """So much of it went back to the payer."""
        if amount > self.unapplied:
            raise ValueError("no more goes back than is free")
        self.unapplied -= amount
        self.returned += amount

    def receive(self, amount: int) -> None:
        """What came again of what went back, and what there is beyond that."""
        again = min(amount, self.returned)
        self.returned -= again
        self.amount += amount - again
        self.unapplied += amount


class CreditApplication(Base):
    """What of a credit reduces one invoice, until it is taken back."""

    __tablename__ = "credit_application"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("credit_application_credit_idx", "credit_id"),
        Index("credit_application_invoice_idx", "invoice_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    credit_id: Mapped[UUID] = mapped_column(ForeignKey("credit.id"))
    credit_number: Mapped[str]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    invoice_number: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    applied_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
