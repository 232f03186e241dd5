"""Programs and their policies, and the moves that a program's stage allows."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.program_rules import Stage
from services.chassis.tables import Base
from services.contracts.billing.terms import Plan
from services.contracts.principals import PaymentMethodType


class Program(Base):
    """An insured's package of policies and quotes. Names and addresses in it are as they were when it was made."""

    __tablename__ = "program"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("expires_on > effective_on", name="dates"),
        Index("program_number_idx", "company_id", "number", unique=True),
        Index("program_customer_idx", "customer_id", "created_at", "id"),
        Index("program_company_idx", "company_id", "created_at", "id"),
        Index("program_renews_idx", "renews_id"),
        Index("program_external_idx", "company_id", "external_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    number: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    customer: Mapped[dict[str, Any]]
    zips: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Five digits each: the mailing address's and the sites', by any of which a third party may name the insured."""
    name: Mapped[str]
    stage: Mapped[Stage] = mapped_column(Text)
    plan: Mapped[Plan | None] = mapped_column(Text)
    effective_on: Mapped[date]
    expires_on: Mapped[date]
    currency: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    """Premiums, taxes and fees of all policies."""
    fees: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Its own convenience fees by type of method, where it has some."""
    allowed_plans: Mapped[list[Plan]] = mapped_column(ARRAY(Text))
    allowed_methods: Mapped[list[PaymentMethodType]] = mapped_column(ARRAY(Text))
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The loan's, as contracts.billing.terms.LoanTerms."""
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    elected_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    archived_at: Mapped[datetime | None]
    renews_id: Mapped[UUID | None] = mapped_column(ForeignKey("program.id"))
    external_id: Mapped[str | None]
    """What the system that it was imported from calls it."""

    @property
    def is_open_to_choice(self) -> bool:
        """Whether its plan may still be chosen, as far as its stage goes."""
        return self.stage in ("offered", "elected", "billed")

    def offer(self, now: datetime) -> None:
        """Shows it to the insured; what they had chosen without signing or paying is open again."""
        if self.stage in ("signed", "cancelled"):
            raise ValueError("what is signed or cancelled is not offered")
        self._move("offered")
        self.plan, self.offered_at = None, now

    def elect(self, plan: Plan, now: datetime) -> None:
        """The insured's choice: paid in full it is billed at once, financed it is to be signed."""
        if not self.is_open_to_choice:
            raise ValueError("a plan is chosen while the program is offered, before it is signed or paid")
        self._move("billed" if plan == "pay_in_full" else "elected")
        self.plan, self.elected_at = plan, now

    def sign(self, now: datetime) -> None:
        """Its agreement is signed: the terms are frozen."""
        if self.stage != "elected":
            raise ValueError("only what is financed and not yet signed is signed")
        self._move("signed")
        self.signed_at = now

    def cancel(self, on: date, reason: str) -> None:
        """Ends it."""
        if self.stage in ("draft", "cancelled"):
            raise ValueError("a draft, or what is cancelled, is not cancelled")
        self._move("cancelled")
        self.cancelled_on, self.cancel_reason = on, reason

    def touch(self) -> None:
        """It tells of a newer version from now on."""
        self.version += 1

    def _move(self, stage: Stage) -> None:
        self.stage = stage
        self.touch()


class ProgramPolicy(Base):
    """One policy or quote of a program, as the agency states it."""

    __tablename__ = "program_policy"
    __table_args__ = (
        Index("program_policy_program_idx", "program_id", "position"),
        Index("program_policy_key_idx", "branch_id", "number_key"),
        Index("program_policy_company_key_idx", "company_id", "number_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    branch_id: Mapped[UUID]
    position: Mapped[int]
    kind: Mapped[Literal["policy", "quote"]] = mapped_column(Text)
    number: Mapped[str]
    number_key: Mapped[str]
    """The number for look-ups: its letters, in capitals, and digits alone."""
    carrier: Mapped[str]
    line: Mapped[str]
    premium: Mapped[int] = mapped_column(BigInteger)
    taxes: Mapped[int] = mapped_column(BigInteger)
    earned_fees: Mapped[int] = mapped_column(BigInteger)
    unearned_fees: Mapped[int] = mapped_column(BigInteger)
    effective_on: Mapped[date]
    expires_on: Mapped[date]
