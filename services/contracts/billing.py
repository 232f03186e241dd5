"""Billing's messages: invoices, payment methods, payments, receipts."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot

InvoiceKind = Literal["service", "down_payment", "installment", "pay_in_full", "one_time", "payoff"]
InvoiceStatus = Literal["draft", "due", "overdue", "processing", "paid"]
PaymentStatus = Literal[
    "created",
    "requires_action",
    "processing",
    "succeeded",
    "failed",
    "unknown",
]

# Invoices


class InvoiceLine(View):
    """One service on an invoice: quantity x unit price, in the invoice's currency."""

    service: Name
    description: str = ""
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    unit_price: Money


class InvoiceView(View):
    id: UUID
    number: str
    kind: InvoiceKind
    status: InvoiceStatus
    issued_on: date
    due_on: date
    total: Money
    balance: Money
    customer: CustomerSnapshot
    property: PropertySnapshot | None
    services: list[InvoiceLine]
    proposal_id: UUID | None
    service_contact: Person | None
    payable: bool
    """Whether this principal may pay it, now."""
    not_payable_because: str | None = None
    """A sentence for the payer, where there is a balance that they cannot pay."""


class InvoiceSummary(View):
    """An invoice as a list shows it."""

    id: UUID
    number: str
    kind: InvoiceKind
    status: InvoiceStatus
    due_on: date
    total: Money
    balance: Money
    property: PropertySnapshot | None
    services: list[str]
    proposal_id: UUID | None
    payable: bool


class CreateInvoice(Command[InvoiceView]):
    """A draft, invisible to customers until it is shared. `due_on` is `net_days` after the issue."""

    kind: InvoiceKind = "service"
    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot | None = None
    billing_contact_id: UUID | None = None
    service_contact: Person | None = None
    proposal_id: UUID | None = None
    net_days: Annotated[int, Field(ge=0, le=365)] = 30
    lines: Annotated[list[InvoiceLine], Field(min_length=1, max_length=200)]


class ShareInvoice(Command[InvoiceView]):
    """Makes it visible to the customer, and owed."""

    invoice_id: UUID


class ListInvoices(Query[Page[InvoiceSummary]]):
    """Newest due date first. `property_ids` empty means all of the principal's."""

    status: Literal["all", "due", "paid"] = "all"
    kind: InvoiceKind | None = None
    property_ids: list[UUID] = []
    cursor: str | None = None
    limit: Limit = 25


class GetInvoice(Query[InvoiceView]):
    invoice_id: UUID


class GetInvoicePdf(Query[FileView]):
    deadline_seconds: ClassVar[float] = 20.0
    invoice_id: UUID


class BalanceView(View):
    current: Money
    unapplied_credit: Money


class GetBalance(Query[BalanceView]):
    """The sum of due invoices of the selected properties, net of applied credits, without unapplied ones."""

    property_ids: list[UUID] = []


# Payment methods: the provider keeps them, Portico keeps what a payer recognises them by


class PaymentMethodView(View):
    id: UUID
    type: PaymentMethodType
    brand: str
    last4: str
    expires_on: date | None
    default: bool
    added_by: str


class ListPaymentMethods(Query[Page[PaymentMethodView]]):
    """The customer's, newest first."""

    cursor: str | None = None
    limit: Limit = 25


class ProviderFormView(View):
    """What a page needs to mount the provider's fields. None of it is a secret."""

    publishable_key: str
    account: str


class GetProviderForm(Query[ProviderFormView]):
    """The provider's public facts of the principal's company."""


class SetupView(View):
    """A started setup; `client_secret` is told once, to the browser that asked."""

    id: UUID
    client_secret: str
    publishable_key: str
    account: str
    hosted_url: str


class StartSetup(Command[SetupView]):
    """Begins to keep a new payment method, through the provider's fields or its hosted page."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0
    type: PaymentMethodType
    return_url: str


class FinishSetups(Command[Page[PaymentMethodView]]):
    """Reads the customer's unfinished setups at the provider and keeps what came of them; answers those."""

    remembered: ClassVar[bool] = False
    deadline_seconds: ClassVar[float] = 30.0


# Payments


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


class PaymentView(View):
    id: UUID
    number: str
    status: PaymentStatus
    created_at: datetime
    subtotal: Money
    fee: Money
    total: Money
    payer: str
    method_type: PaymentMethodType
    method_brand: str
    method_last4: str
    allocations: list[AllocationView]
    decline_reason: str | None = None
    """A sentence for the payer, where it failed."""


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
    """Newest first."""

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


class GetReceiptPdf(Query[FileView]):
    deadline_seconds: ClassVar[float] = 20.0
    payment_id: UUID


class PaymentSucceeded(Event):
    """Money has moved. `payer_id` is the contact who paid."""

    version: int
    payment: PaymentView
    payer_id: UUID
    branch_id: UUID


class ReceiveProviderEvent(Command[Nothing]):
    """A webhook as it came; its signature is checked here, and its own id makes it count once."""

    payload: Annotated[str, StringConstraints(max_length=262_144)]
    signature: Annotated[str, StringConstraints(max_length=2_000)]
