"""Finance agreements, their installments, payoffs and late fees, and the moves that their statuses allow.

What was drawn never changes: the database refuses it. A change is a new version.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.billing.finance import RefundMethod

Stage = Literal["to_sign", "in_force", "cancelled", "withdrawn", "replaced"]
CURRENT: tuple[Stage, ...] = ("to_sign", "in_force", "cancelled")
"""The stages of the version that counts; a program has at most one such."""


class FinanceAgreement(Base):
    """One version of a program's loan. Amounts are in minor units."""

    __tablename__ = "finance_agreement"
    __table_args__ = (
        UniqueConstraint("program_id", "version"),
        CheckConstraint("amount_financed >= 0 AND finance_charge >= 0 AND down_payment >= 0", name="amounts"),
        CheckConstraint("total_of_payments = amount_financed + finance_charge", name="total"),
        CheckConstraint("stage NOT IN ('in_force', 'cancelled') OR signed_at IS NOT NULL", name="signed"),
        Index(
            "finance_agreement_current_idx",
            "program_id",
            unique=True,
            postgresql_where=text("stage IN ('to_sign', 'in_force', 'cancelled')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    version: Mapped[int]
    """Of the program's agreements, in the order in which they were drawn."""
    number: Mapped[str]
    stage: Mapped[Stage] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(server_default="")
    """Why the agency changed the version before; empty for one that is to be signed."""
    currency: Mapped[str]
    state: Mapped[str]
    """The insured's, whose law says how interest is rebated."""
    begun_on: Mapped[date]
    """From when on interest is earned."""
    terms: Mapped[dict[str, Any]]
    policies: Mapped[list[Any]]
    advances: Mapped[list[Any]]
    """What was lent, and taken off, on which day: `[{"on": "2026-01-01", "amount": 100000}]`."""
    apr: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    amount_financed: Mapped[int] = mapped_column(BigInteger)
    finance_charge: Mapped[int] = mapped_column(BigInteger)
    total_of_payments: Mapped[int] = mapped_column(BigInteger)
    paid_down: Mapped[int] = mapped_column(BigInteger)
    """What of the down payment goes to the premiums."""
    down_payment: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[dict[str, Any]]
    """The disclosure as it was shown, a FileView."""
    drawn_at: Mapped[datetime]
    news: Mapped[int] = mapped_column(server_default="1")
    """Counts what was announced of this version."""
    sealed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The signed document, a FileView; a later version keeps it."""
    signature_id: Mapped[UUID | None]
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When nobody was to sign it any more, a newer version came, or nothing of it was to bear interest any more."""

    @property
    def is_running(self) -> bool:
        """Whether it is signed and may be changed or paid off."""
        return self.stage == "in_force"

    def sign(self, signature_id: UUID, signed_by: str, signed_at: datetime, sealed: dict[str, Any]) -> None:
        """Its terms are agreed from now on."""
        if self.stage != "to_sign":
            raise ValueError(f"an agreement that is {self.stage} is not signed")
        self.stage = "in_force"
        self.signature_id, self.signed_by, self.signed_at, self.sealed = signature_id, signed_by, signed_at, sealed

    def withdraw(self, now: datetime) -> None:
        """Nobody signs it any more."""
        if self.stage != "to_sign":
            raise ValueError(f"an agreement that is {self.stage} is not withdrawn")
        self.stage, self.ended_at, self.news = "withdrawn", now, self.news + 1

    def call_in(self, now: datetime) -> None:
        """All of it is due or paid: what was earned of its interest is settled, once."""
        self.ended_at = now

    def cancel(self) -> None:
        """Its policies have ended after it was repaid, or called in."""
        if not self.is_running:
            raise ValueError(f"an agreement that is {self.stage} is not cancelled")
        self.stage = "cancelled"

    def replace(self, now: datetime) -> None:
        """A newer version counts from now on."""
        if not self.is_running:
            raise ValueError(f"an agreement that is {self.stage} is not replaced")
        self.stage, self.ended_at = "replaced", now


class Installment(Base):
    """A payment of one version's schedule. Its invoice is another one after a payoff that was not paid."""

    __tablename__ = "installment"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("amount = principal + interest AND amount > 0 AND principal >= 0", name="amounts"),
        Index("installment_invoice_idx", "invoice_id"),
        Index("installment_late_idx", "late_fee_on", postgresql_where=text("late_fee_on IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("finance_agreement.id"))
    number: Mapped[int]
    due_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    principal: Mapped[int] = mapped_column(BigInteger)
    interest: Mapped[int] = mapped_column(BigInteger)
    """Below zero only in the last installment of a cancelled loan, where more was paid ahead than was earned."""
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))
    late_fee_on: Mapped[date | None]
    """From when on being late costs a fee; None where it costs none, or has cost it already."""


class LoanPayoff(Base):
    """An invoice that stands in the place of the installments that it covers, as long as it is good."""

    __tablename__ = "loan_payoff"
    __table_args__ = (
        Index("loan_payoff_open_idx", "agreement_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("loan_payoff_due_idx", "good_through", postgresql_where=text("ended_at IS NULL")),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    company_id: Mapped[UUID]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("finance_agreement.id"))
    good_through: Mapped[date]
    method: Mapped[RefundMethod] = mapped_column(Text)
    rebate: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When the installments were owed again instead."""

    def end(self, now: datetime) -> None:
        """The installments are owed again."""
        if self.ended_at is not None:
            raise ValueError("a payoff ends once")
        self.ended_at = now


class LateFee(Base):
    """What being late with an installment has cost: once, whatever becomes of it."""

    __tablename__ = "late_fee"
    __table_args__ = (UniqueConstraint("invoice_id"),)

    late_invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    company_id: Mapped[UUID]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    """The fee's own."""
    policy: Mapped[str]
    charged_at: Mapped[datetime]
