"""Autopay: who authorized it, what it will debit, and each attempt of each run."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.billing.autopay import AutopayStatus

DebitState = Literal["planned", "queued", "charged", "skipped", "over_cap", "settled", "stopped"]
"""`planned` has a day; `queued` is in a run; `settled` was paid otherwise; `stopped` waits for another method."""
AttemptState = Literal["queued", "charging", "pending", "charged", "failed", "waiting", "dropped"]
"""`pending` is at the bank for days; `waiting` goes on another day; `dropped` was not to be charged after all."""
WORKED_ON: tuple[AttemptState, ...] = ("charging", "pending")
"""An attempt in one of these has a payment whose outcome it follows."""


class Autopay(Base):
    """A standing authorization: of a program, or of a customer's service invoices in one portal."""

    __tablename__ = "autopay"
    __table_args__ = (
        CheckConstraint("cap > 0", name="cap"),
        CheckConstraint("(status = 'paused') = (paused_because IS NOT NULL)", name="paused"),
        Index(
            "autopay_customer_idx",
            "customer_id",
            "branch_id",
            unique=True,
            postgresql_where=text("program_id IS NULL"),
        ),
        Index("autopay_program_idx", "program_id", unique=True, postgresql_where=text("program_id IS NOT NULL")),
        Index("autopay_method_idx", "payment_method_id", postgresql_where=text("status <> 'off'")),
        Index("autopay_plan_idx", "next_plan_at", postgresql_where=text("status = 'on'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    program_id: Mapped[UUID | None] = mapped_column(ForeignKey("program.id"))
    status: Mapped[AutopayStatus] = mapped_column(Text)
    paused_because: Mapped[str | None]
    """A sentence for the customer; only while it is paused."""
    payment_method_id: Mapped[UUID] = mapped_column(ForeignKey("payment_method.id"))
    currency: Mapped[str]
    cap: Mapped[int | None] = mapped_column(BigInteger)
    """The most that one debit may come to, in minor units."""
    authorization_id: Mapped[UUID]
    """The one in force, or the last."""
    authorized_by_id: Mapped[UUID]
    """The contact who is mailed about it."""
    authorized_by: Mapped[str]
    authorized_on: Mapped[date]
    """What fell due before this day is not debited."""
    next_plan_at: Mapped[datetime]
    created_at: Mapped[datetime]

    @property
    def is_enabled(self) -> bool:
        """Whether the customer has it switched on, be it that it waits for another method."""
        return self.status != "off"

    def authorize(self, given: "Authorization", today: date) -> None:
        """Switches it on, or over to another method, by what somebody has just agreed to."""
        if not self.is_enabled:
            self.authorized_on = today
        self.status, self.paused_because = "on", None
        self.payment_method_id, self.authorization_id = given.payment_method_id, given.id
        self.authorized_by_id, self.authorized_by = given.contact_id, given.contact
        self.next_plan_at = given.accepted_at

    def pause(self, because: str) -> None:
        """Nothing is charged until the customer chooses another method."""
        if self.is_enabled:
            self.status, self.paused_because = "paused", because

    def end(self) -> None:
        """Withdraws the authorization."""
        self.status, self.paused_because = "off", None


class Authorization(Base):
    """The evidence that somebody agreed, to these very words. It is never changed, nor deleted."""

    __tablename__ = "autopay_authorization"
    __table_args__ = (Index("autopay_authorization_idx", "autopay_id", "accepted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    autopay_id: Mapped[UUID] = mapped_column(ForeignKey("autopay.id"))
    contact_id: Mapped[UUID]
    contact: Mapped[str]
    payment_method_id: Mapped[UUID] = mapped_column(ForeignKey("payment_method.id"))
    version: Mapped[str]
    wording: Mapped[str]
    accepted_at: Mapped[datetime]
    ip: Mapped[str]
    user_agent: Mapped[str]
    session_id: Mapped[UUID | None]


class Debit(Base):
    """One invoice that autopay is to pay: when, and how much its payer was told of."""

    __tablename__ = "autopay_debit"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(due_at IS NOT NULL) = (state = 'planned')", name="due"),
        Index("autopay_debit_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("autopay_debit_autopay_idx", "autopay_id", "charge_on", "invoice_id"),
    )

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    company_id: Mapped[UUID]
    autopay_id: Mapped[UUID] = mapped_column(ForeignKey("autopay.id"))
    branch_id: Mapped[UUID]
    state: Mapped[DebitState] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    """What its payer knows of; more is announced anew before it is charged."""
    charge_on: Mapped[date]
    """The day there when it is charged, or was last meant to be."""
    due_at: Mapped[datetime | None]
    """When that day's run begins."""
    noticed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    """How often a bank was asked for it."""
    declines: Mapped[int] = mapped_column(server_default="0")
    """How often in vain, since the authorization in force."""
    declined_on: Mapped[date | None]
    """The day of the first of these."""

    def plan(self, charge_on: date, due_at: datetime) -> None:
        """It is charged by the run of that day."""
        self.state, self.charge_on, self.due_at = "planned", charge_on, due_at

    def leave(self, state: DebitState) -> None:
        """No run takes it up."""
        if state == "planned":
            raise ValueError("what is planned has a day")
        self.state, self.due_at = state, None


class Run(Base):
    """What a branch charges by autopay on one day. What it came to is what its attempts did."""

    __tablename__ = "autopay_run"
    __table_args__ = (
        UniqueConstraint("branch_id", "run_on"),
        Index("autopay_run_company_idx", "company_id", "run_on", "id"),
        Index("autopay_run_started_idx", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    run_on: Mapped[date]
    """The day there."""
    started_at: Mapped[datetime]


class Attempt(Base):
    """One try to charge one invoice, once. Its payment is written down in the transaction that begins it."""

    __tablename__ = "autopay_attempt"
    __table_args__ = (
        UniqueConstraint("invoice_id", "try"),
        Index("autopay_attempt_due_idx", "next_at", postgresql_where=text("state = 'queued'")),
        Index("autopay_attempt_run_idx", "run_id", "state"),
        Index("autopay_attempt_payment_idx", "payment_id", postgresql_where=text("state IN ('charging', 'pending')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("autopay_run.id"))
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    number: Mapped[int] = mapped_column("try")
    state: Mapped[AttemptState] = mapped_column(Text)
    next_at: Mapped[datetime]
    deferrals: Mapped[int] = mapped_column(server_default="0")
    """How often the provider was busy or away: that is no try."""
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    """Why it failed or was left, as a code."""
    done_at: Mapped[datetime | None]

    def begin(self, payment_id: UUID, amount: int) -> None:
        """Its payment is written down."""
        if self.state != "queued":
            raise ValueError(f"an attempt that is {self.state} does not begin")
        self.state, self.payment_id, self.amount = "charging", payment_id, amount

    def finish(self, state: AttemptState, now: datetime, reason: str | None = None) -> None:
        """As far as its run goes; only what is at the bank is heard of again."""
        if state in ("queued", "charging"):
            raise ValueError(f"an attempt that is {state} has not finished")
        self.state, self.reason = state, reason
        self.done_at = self.done_at or now

    def defer(self, until: datetime) -> None:
        """The provider did not take it up; the same try is made again."""
        self.state, self.next_at, self.payment_id = "queued", until, None
        self.deferrals += 1


class Pace(Base):
    """When an endpoint of the provider may be called next, over all replicas and companies."""

    __tablename__ = "provider_pace"

    endpoint: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
