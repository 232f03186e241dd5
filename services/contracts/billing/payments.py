"""Payments: quoted, made, finished by the payer, read."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType
from services.contracts.snapshots import CustomerSnapshot

PaymentStatus = Literal[
    "created",
    "requires_action",
    "processing",
    "succeeded",
    "failed",
    "unknown",
    "refunded",
    "reversed",
    "disputed",
]
OfflineMethod = Literal["check", "cash", "bank_transfer", "other"]
RefundStatus = Literal["created", "unknown", "pending", "succeeded", "failed"]


class PaymentQuoteView(View):
    subtotal: Money
    fee: Money
    total: Money


class QuotePayment(Query[PaymentQuoteView]):
    """What paying these invoices would cost, the convenience fee included."""

    invoice_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    amount: Money | None = None
    payment_method_id: UUID | None = None


class AllocationView(View):
    """What a payment pays of one invoice."""

    invoice_id: UUID
    invoice_number: str
    amount: Money


class RefundView(View):
    """Money on its way back to the payer, by the way that it came."""

    id: UUID
    status: RefundStatus
    amount: Money
    fee: Money
    """What of the amount is convenience fee given back."""
    created_at: datetime
    failure_reason: str | None = None


class DisputeView(View):
    """A payer's objection at their bank; the office answers it at the provider, by `respond_by`."""

    state: str
    amount: Money
    reason: str
    opened_at: datetime
    respond_by: datetime | None = None
    closed_at: datetime | None = None


class PaymentView(View):
    id: UUID
    number: str
    status: PaymentStatus
    created_at: datetime
    subtotal: Money
    fee: Money
    total: Money
    payer: str
    method_type: PaymentMethodType | OfflineMethod
    method_brand: str
    method_last4: str
    allocations: list[AllocationView]
    decline_reason: str | None = None
    """A sentence for the payer, where it failed."""
    refunded: Money | None = None
    """What was paid back, or is on its way back."""
    refunds: list[RefundView] = []
    reversed: Money | None = None
    """What the payer's bank took back."""
    credited: Money | None = None
    """What of it was more than was owed, and became credit."""
    customer_id: UUID | None = None
    reference: str = ""
    """An offline payment's check number or the like."""
    received_on: date | None = None
    by_autopay: bool = False
    """Whether autopay made it."""
    refundable: Money | None = None
    """In the office, of one payment: the most that can still be paid back."""
    disputes: list[DisputeView] = []
    """In the office, of one payment."""
    program_id: UUID | None = None
    """Of one payment: the program that it pays for, where it pays for one alone."""


class PayInvoices(Command[PaymentView]):
    """Charges a kept method for one or many invoices. A decline is an answer, with status `failed`."""

    deadline_seconds: ClassVar[float] = 40.0
    invoice_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    amount: Money | None = None
    payment_method_id: UUID
    expected_total: Money
    return_url: Annotated[str, StringConstraints(max_length=2000)]
    """Where the provider sends the browser back; `{payment_id}` in it is replaced."""


class RefreshPayment(Command[PaymentView]):
    """Reads an open payment at the provider and settles it if it is decided."""

    deadline_seconds: ClassVar[float] = 30.0
    payment_id: UUID


class GetPayment(Query[PaymentView]):
    payment_id: UUID


class ListPayments(Query[Page[PaymentView]]):
    """Newest first; of an invoice all that was tried."""

    status: PaymentStatus | None = None
    customer_id: UUID | None = None
    invoice_id: UUID | None = None
    property_ids: list[UUID] = []
    cursor: str | None = None
    limit: Limit = 25


class ClientSecretView(View):
    """What lets the payer's browser finish one payment; it is fetched each time and kept nowhere."""

    client_secret: str
    action_url: str | None = None
    """The provider's page where the payer confirms, if it has one; the secret is in it."""


class GetPaymentSecret(Query[ClientSecretView]):
    deadline_seconds: ClassVar[float] = 30.0
    payment_id: UUID


class RecordPayment(Command[PaymentView]):
    """An offline payment that the office received: the oldest due first, and what is beyond them becomes credit."""

    customer: CustomerSnapshot
    branch_id: UUID
    time_zone: str
    invoice_ids: Annotated[list[UUID], Field(max_length=100)] = []
    amount: Money
    received_as: OfflineMethod
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    received_on: date


class RefundPayment(Command[PaymentView]):
    """Pays back all that is left of a payment, or `amount` of it, fee included in proportion.

    What of the payment is still unapplied credit goes first. The invoices stay paid, unless `reopen` has them owed
    again.
    """

    deadline_seconds: ClassVar[float] = 30.0
    payment_id: UUID
    amount: Money | None = None
    reopen: bool = False


class RefundQuoteView(View):
    """What a refund would give back, and how much of that is convenience fee."""

    amount: Money
    fee: Money
    left: Money
    """The most that can still be paid back."""


class QuoteRefund(Query[RefundQuoteView]):
    """What `RefundPayment` would pay back, under the same rules."""

    payment_id: UUID
    amount: Money | None = None


class PaymentProcessing(Event):
    """The provider has taken a payment whose outcome is days away. `payer_id` is None for a guest."""

    version: int
    payment: PaymentView
    payer_id: UUID | None
    payer_email: str = ""
    branch_id: UUID
    mandate: str | None = None
    """What a guest agreed to with this one debit; they are given a copy."""


class PaymentFailed(Event):
    """A payment that was under way for long has moved no money."""

    version: int
    payment: PaymentView
    payer_id: UUID | None
    payer_email: str = ""
    branch_id: UUID


class PaymentRefunded(Event):
    """Money goes back to the payer."""

    version: int
    payment: PaymentView
    refund: RefundView
    payer_id: UUID | None
    payer_email: str = ""
    branch_id: UUID


class PaymentReversed(Event):
    """The payer's bank has taken the money back; what it paid is owed again."""

    version: int
    payment: PaymentView
    payer_id: UUID | None
    payer_email: str = ""
    branch_id: UUID


class PaymentDisputed(Event):
    """The payer disputes a payment; the provider holds the money until it is decided."""

    version: int
    payment: PaymentView
    branch_id: UUID
    respond_by: datetime | None


class GetReceiptPdf(Query[FileView]):
    deadline_seconds: ClassVar[float] = 20.0
    payment_id: UUID


class PaymentSucceeded(Event):
    """Money has moved. `payer_id` is the contact who paid."""

    version: int
    payment: PaymentView
    payer_id: UUID | None
    payer_email: str = ""
    branch_id: UUID
