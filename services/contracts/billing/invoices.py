"""Invoices, and what is owed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money, TaxPercent
from services.contracts.principals import FeePolicy, InvoiceKind, PaymentMethodType
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot, Text

InvoiceStatus = Literal["draft", "due", "overdue", "processing", "paid", "void"]


class InvoiceLine(View):
    """One service on an invoice: quantity x unit price, in the invoice's currency."""

    service: Name
    description: str = ""
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    unit_price: Money
    tax_percent: TaxPercent = Decimal(0)
    """Sales tax on this line, rounded half up to the cent per line."""


class AppliedCredit(View):
    """What of a credit reduces an invoice."""

    credit_id: UUID
    credit_number: str
    amount: Money


class InvoicePayment(View):
    """A payment that concerns an invoice; `amount` is what of it counts for this one."""

    payment_id: UUID
    number: str
    status: str
    amount: Money
    paid_at: datetime
    fee: Money | None = None
    """What of the convenience fee is this invoice's."""


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
    subtotal: Money | None = None
    """The lines before tax."""
    tax: Money | None = None
    visit_ids: list[UUID] = []
    billing_contact_id: UUID | None = None
    credits: list[AppliedCredit] = []
    payments: list[InvoicePayment] = []
    void_reason: str | None = None
    program_id: UUID | None = None
    method_types: list[PaymentMethodType] | None = None
    """The only types of method that pay it; None for all that the portal takes."""


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
    program_id: UUID | None = None
    billed: bool = True
    """Whether it counts in the current balance yet: a loan's installments do some time before they are due."""
    customer: CustomerSnapshot | None = None
    """In the office, whose it is."""


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
    visit_ids: Annotated[list[UUID], Field(max_length=200)] = []
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    """The proposal's or program's own fee policies, which come before the branch's; None where it has none."""


class ChangeInvoice(Command[InvoiceView]):
    """Only what is given changes, and only of a draft."""

    invoice_id: UUID
    billing_contact_id: UUID | None = None
    net_days: Annotated[int, Field(ge=0, le=365)] | None = None
    lines: Annotated[list[InvoiceLine], Field(min_length=1, max_length=200)] | None = None
    visit_ids: Annotated[list[UUID], Field(max_length=200)] | None = None


class VoidInvoice(Command[InvoiceView]):
    """Takes an invoice back that nobody has paid anything of; credits applied to it are free again."""

    invoice_id: UUID
    reason: Text


class ShareInvoice(Command[InvoiceView]):
    """Makes it visible to the customer, and owed."""

    invoice_id: UUID


class ListInvoices(Query[Page[InvoiceSummary]]):
    """Newest due date first. `property_ids` empty means all of the principal's; `due` are all with a balance."""

    status: Literal["all"] | InvoiceStatus = "all"
    kind: InvoiceKind | None = None
    property_ids: list[UUID] = []
    customer_id: UUID | None = None
    branch_id: UUID | None = None
    cursor: str | None = None
    limit: Limit = 25


class GetInvoice(Query[InvoiceView]):
    invoice_id: UUID


class GetInvoicePdf(Query[FileView]):
    """The document; while it is owed it carries a pay link with its QR code."""

    deadline_seconds: ClassVar[float] = 20.0
    invoice_id: UUID
    pay_url: str | None = None
    """Where a pay link leads; `{token}` in it is replaced."""


class InvoiceEntry(View):
    """One thing that changed what is owed of an invoice: positive raises it, negative lowers it."""

    at: datetime
    kind: str
    """As the ledger names it, such as `payment_succeeded`."""
    amount: Money
    balance: Money
    """What the ledger says was owed from then on."""
    payment_id: UUID | None = None
    credit_id: UUID | None = None
    number: str = ""
    """The payment's or the credit's."""


class InvoiceHistoryView(View):
    """What became of an invoice, the oldest first, as its entries in the ledger tell it."""

    created_at: datetime
    shared_at: datetime | None
    voided_at: datetime | None
    entries: list[InvoiceEntry]
    balance: Money
    """What the entries add up to."""
    time_zone: str


class GetInvoiceHistory(Query[InvoiceHistoryView]):
    """For the office."""

    invoice_id: UUID


class InvoiceShared(Event):
    """An invoice is owed from now on."""

    invoice: InvoiceView
    branch_id: UUID
    billing_contact_id: UUID | None


class BalanceView(View):
    current: Money
    unapplied_credit: Money


class GetBalance(Query[BalanceView]):
    """The sum of due invoices of the selected properties, net of applied credits, without unapplied ones."""

    property_ids: list[UUID] = []
