"""Invoices, and what is owed."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.files import FileView
from services.contracts.messages import Command, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot

InvoiceKind = Literal["service", "down_payment", "installment", "pay_in_full", "one_time", "payoff"]


InvoiceStatus = Literal["draft", "due", "overdue", "processing", "paid"]


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
