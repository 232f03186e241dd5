"""Billing's tables, and the moves that their statuses allow."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing import autopay_models as autopay_models
from services.billing import credit_models as credit_models
from services.billing import finance_models as finance_models
from services.billing import guest_models as guest_models
from services.billing import ledger_models as ledger_models
from services.billing import method_models as method_models
from services.billing import program_models as program_models
from services.billing import provider_models as provider_models
from services.billing import refund_models as refund_models
from services.billing import reminder_rules
from services.billing.payment_rules import OPEN_STATUSES
from services.chassis.imports import models as import_models  # noqa: F401  # its tables are among this service's
from services.chassis.tables import Base
from services.contracts.billing.payments import OfflineMethod, PaymentStatus
from services.contracts.principals import InvoiceKind, PaymentMethodType

UNTOUCHED_STATUSES: frozenset[PaymentStatus] = frozenset({"created", "requires_action"})
"""Of a guest's payment: nobody has confirmed it yet."""


class Merchant(Base):
    """A tenant as billing knows it: whose name is on the documents, whose account takes the money."""

    __tablename__ = "merchant"
    __table_args__ = (Index("merchant_catch_up_idx", "caught_up_at"),)

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    payment_account: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str] = mapped_column(server_default="USD")
    version: Mapped[int] = mapped_column(server_default="1")
    """Of what identity told last."""
    caught_up_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """Until when the provider was asked for what it had told."""


class Invoice(Base):
    """A document that is owed once it is shared. Names and addresses in it are as they were then.

    `balance` is what its entries in accounts receivable add up to, kept in the same transaction as they.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("balance BETWEEN 0 AND total", name="balance"),
        CheckConstraint("tax BETWEEN 0 AND total", name="tax"),
        CheckConstraint("voided_at IS NULL OR balance = 0", name="void"),
        Index("invoice_customer_idx", "customer_id", "due_on", "id", postgresql_where=text("shared_at IS NOT NULL")),
        Index(
            "invoice_customer_due_idx",
            "customer_id",
            "due_on",
            "id",
            postgresql_where=text("shared_at IS NOT NULL AND balance > 0"),
        ),
        Index("invoice_company_idx", "company_id", "due_on", "id"),
        Index("invoice_program_idx", "program_id", "due_on", "id"),
        Index("invoice_external_idx", "company_id", "external_id", unique=True),
        Index("invoice_reminder_idx", "next_reminder_at", postgresql_where=text("next_reminder_at IS NOT NULL")),
        Index("invoice_customer_all_idx", "customer_id", "due_on", "id"),
        Index("invoice_property_idx", "property_id", "due_on", "id"),
        Index(
            "invoice_company_due_idx",
            "company_id",
            "due_on",
            "id",
            postgresql_where=text("shared_at IS NOT NULL AND balance > 0"),
        ),
        Index(
            "invoice_company_draft_idx",
            "company_id",
            "due_on",
            "id",
            postgresql_where=text("shared_at IS NULL AND voided_at IS NULL"),
        ),
        Index("invoice_company_void_idx", "company_id", "due_on", "id", postgresql_where=text("voided_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    number: Mapped[str]
    kind: Mapped[InvoiceKind] = mapped_column(Text)
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    property_id: Mapped[UUID | None]
    billing_contact_id: Mapped[UUID | None]
    proposal_id: Mapped[UUID | None]
    program_id: Mapped[UUID | None] = mapped_column(ForeignKey("program.id"))
    visit_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    customer: Mapped[dict[str, Any]]
    property: Mapped[dict[str, Any] | None]
    service_contact: Mapped[dict[str, Any] | None]
    lines: Mapped[list[Any]]
    service_names: Mapped[list[Any]]
    """The services' names alone, for lists."""
    fees: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Its own fee policies by type of method, where the proposal or program has some."""
    method_types: Mapped[list[PaymentMethodType] | None] = mapped_column(ARRAY(Text))
    """The only types of method that pay it, where its program offers some; None for all that the portal takes."""
    issued_on: Mapped[date]
    due_on: Mapped[date]
    currency: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What of the total is sales tax."""
    principal: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What of the total repays a loan."""
    interest: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What of the total is interest on it; below zero where more was paid ahead than was earned."""
    balance: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(server_default="1")
    """Pay links of an earlier version open nothing any more."""
    external_id: Mapped[str | None]
    """What the system that it was imported from calls it."""
    next_reminder_at: Mapped[datetime | None]

    def share(self, now: datetime) -> None:
        """Makes it owed; a second time changes nothing."""
        if self.voided_at is not None:
            raise ValueError("a void invoice is never owed")
        if self.shared_at is None:
            self.shared_at = now
            self.balance = self.total
            self.next_reminder_at = reminder_rules.next_occasion(self.kind, self.due_on, self.time_zone, now)

    def void(self, now: datetime, reason: str) -> None:
        """Takes it back; only as long as nothing has been paid of it."""
        if self.shared_at is not None and self.balance != self.total:
            raise ValueError("what was paid of an invoice keeps it from being void")
        self.voided_at, self.void_reason = now, reason
        self.balance, self.next_reminder_at = 0, None

    def settle(self, amount: int) -> int:
        """Takes off the balance what it has of `amount`; answers how much that was."""
        taken = min(amount, self.balance)
        self.balance -= taken
        return taken

    def reopen(self, amount: int) -> None:
        """Has so much of it owed again, because it left the payment that had paid it."""
        self.balance += amount


class Payment(Base):
    """One attempt to move money. The row is committed before the provider hears of it."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        UniqueConstraint("company_id", "receipt_number"),
        UniqueConstraint("intent_id"),
        UniqueConstraint("hosted_session_id"),
        CheckConstraint("subtotal > 0 AND fee >= 0", name="amounts"),
        Index("payment_customer_idx", "customer_id", "created_at", "id"),
        Index("payment_company_idx", "company_id", "created_at", "id"),
        Index("payment_status_idx", "company_id", "status", "created_at", "id"),
        Index("payment_due_idx", "next_check_at", postgresql_where=text("next_check_at IS NOT NULL")),
        Index(
            "payment_open_idx",
            "status",
            "created_at",
            postgresql_where=text("status IN ('created', 'requires_action', 'processing', 'unknown')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    number: Mapped[str]
    receipt_number: Mapped[str | None]
    status: Mapped[PaymentStatus] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default="1")
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    property_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """The properties of its invoices: who is linked to all of them sees it."""
    payer_id: Mapped[UUID | None]
    """The contact who paid; None for a guest and for what came offline."""
    payer: Mapped[str]
    payer_email: Mapped[str] = mapped_column(server_default="")
    """Where a guest is written to."""
    by_autopay: Mapped[bool] = mapped_column(server_default="false")
    """Whether it was made because its payer had authorized it, and not by themselves."""
    currency: Mapped[str]
    subtotal: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger)
    fee_is_kept: Mapped[bool] = mapped_column(server_default="false")
    payment_method_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_method.id"))
    method_type: Mapped[PaymentMethodType | OfflineMethod] = mapped_column(Text)
    method_brand: Mapped[str]
    method_last4: Mapped[str]
    account: Mapped[str]
    """The company's at the provider; empty, as what follows, for an offline payment."""
    provider_customer: Mapped[str]
    provider_method: Mapped[str]
    return_url: Mapped[str]
    reference: Mapped[str] = mapped_column(server_default="")
    received_on: Mapped[date | None]
    """When an offline payment arrived."""
    intent_id: Mapped[str | None]
    is_guest: Mapped[bool] = mapped_column(server_default="false")
    """Made without a login: by whoever had the secret of its invoices."""
    is_hosted: Mapped[bool] = mapped_column(server_default="false")
    """Meant for the provider's own page, and no longer for its fields."""
    hosted_session_id: Mapped[str | None]
    """That page. Its intent is made, and known here, when somebody first tries to pay there."""
    decline_code: Mapped[str | None]
    decline_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(server_default="0")

    @property
    def total(self) -> int:
        return self.subtotal + self.fee

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still to come."""
        return self.status in OPEN_STATUSES

    @property
    def is_offline(self) -> bool:
        """Whether the office received it, and the provider knows nothing of it."""
        return self.received_on is not None

    @property
    def is_at_provider(self) -> bool:
        """Whether the provider has something of it that may still be confirmed, or was."""
        return self.intent_id is not None or self.hosted_session_id is not None

    @property
    def has_moved(self) -> bool:
        """Whether it has moved money, whatever became of that afterwards."""
        return self.succeeded_at is not None

    @property
    def refundable(self) -> int:
        """The most that refunds can ever come to."""
        return self.subtotal if self.fee_is_kept else self.total

    def require_action(self, check_at: datetime) -> None:
        """The payer has to confirm at the bank."""
        self._move("requires_action", check_at)

    @property
    def is_untouched(self) -> bool:
        """Whether it is a guest's that nobody has confirmed: whoever else wants to pay may have it closed."""
        return self.is_guest and self.status in UNTOUCHED_STATUSES

    def recognise(self, intent_id: str, brand: str, last4: str) -> None:
        """Keeps which intent it is, where a page made it or books were restored, and what a guest pays with."""
        self.intent_id = self.intent_id or intent_id or None
        if not self.is_guest:
            return
        self.method_brand, self.method_last4 = brand or self.method_brand, last4 or self.method_last4

    def host(self, session_id: str) -> None:
        """The provider's page takes it over from the fields, whose intent is closed for good."""
        self.hosted_session_id, self.intent_id = session_id, None

    def process(self, check_at: datetime) -> None:
        """The provider has taken it; the outcome is days away."""
        self._move("processing", check_at)

    def lose_sight(self, check_at: datetime) -> None:
        """The provider was told to charge, and did not answer."""
        self._move("unknown", check_at)

    def fail(self, code: str, reason: str) -> None:
        """No money has moved."""
        self._move("failed", None)
        self.decline_code, self.decline_reason = code, reason

    def succeed(self, now: datetime) -> None:
        """Money has moved. That holds even for an attempt that was given up: the provider's word decides.

        Its receipt is numbered in the same transaction.
        """
        if self.has_moved:
            raise ValueError("a payment succeeds once")
        self.status, self.version = "succeeded", self.version + 1
        self.succeeded_at = now
        self.next_check_at = self.decline_code = self.decline_reason = None

    def become(self, status: PaymentStatus) -> None:
        """What refunds and disputes have made of money that has moved; each tells of a newer version."""
        if not self.has_moved:
            raise ValueError(f"a payment that has moved nothing is not {status}")
        self.status, self.version = status, self.version + 1

    def postpone(self, now: datetime, seconds: float) -> None:
        """Leaves it alone until then; meanwhile no other replica takes it up."""
        self.next_check_at = now + timedelta(seconds=seconds)
        self.checks += 1

    def _move(self, status: PaymentStatus, check_at: datetime | None) -> None:
        if not self.is_open:
            raise ValueError(f"a payment that has {self.status} is not {status}")
        self.status, self.version = status, self.version + 1
        self.next_check_at = check_at


class Allocation(Base):
    """What a payment pays of one invoice; while the payment is open, no other may be open for that invoice."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("returned BETWEEN 0 AND amount", name="returned"),
        Index("allocation_open_idx", "invoice_id", unique=True, postgresql_where=text("is_open")),
        Index("allocation_invoice_idx", "invoice_id"),
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    company_id: Mapped[UUID]
    invoice_number: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    """What was meant to be paid; once the payment has succeeded, what the invoice still took of it."""
    fee: Mapped[int] = mapped_column(BigInteger, server_default="0")
    returned: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What of the amount the invoice owes again, after a refund or a reversal."""
    is_open: Mapped[bool]
