"""Credits: money that is owed to a customer, free or applied to invoices; and the statement of account."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from services.contracts.files import FileView
from services.contracts.messages import Command, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot, PropertySnapshot, Text


class CreditApplication(View):
    """What of a credit reduces one invoice."""

    invoice_id: UUID
    invoice_number: str
    amount: Money
    applied_at: datetime


class CreditView(View):
    id: UUID
    number: str
    customer_id: UUID
    property: PropertySnapshot | None
    reason: str
    amount: Money
    unapplied: Money
    """What of it reduces no invoice yet, and was not paid back."""
    applications: list[CreditApplication]
    created_at: datetime
    payment_id: UUID | None = None
    """The payment that brought more than was owed, where that is where it comes from."""


class CreateCredit(Command[CreditView]):
    """The office grants a credit, which counts for nothing until it is applied."""

    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot | None = None
    amount: Money
    reason: Text


class ApplyCredit(Command[CreditView]):
    """Reduces an invoice of the same customer, at most to nothing; refused while a payment of it is under way."""

    credit_id: UUID
    invoice_id: UUID
    amount: Money


class UnapplyCredit(Command[CreditView]):
    """Takes back all that the credit gave to one invoice, which is owed again."""

    credit_id: UUID
    invoice_id: UUID


class ListCredits(Query[Page[CreditView]]):
    """Newest first; a contact's own customer's, staff may name one."""

    customer_id: UUID | None = None
    property_ids: list[UUID] = []
    unapplied_only: bool = False
    cursor: str | None = None
    limit: Limit = 25


class GetCredit(Query[CreditView]):
    credit_id: UUID


class StatementLine(View):
    """One thing that changed what the customer owes: positive raises it, negative lowers it."""

    on: date
    kind: Literal["invoice", "void", "payment", "credit", "credit_taken_back", "refund", "reversal"]
    number: str
    description: str
    amount: Money
    balance: Money


class StatementView(View):
    """What a customer owed at the beginning, what happened, and what they owe at the end, in this portal."""

    customer: CustomerSnapshot
    since: date
    until: date
    opening: Money
    lines: list[StatementLine]
    closing: Money
    unapplied_credit: Money


class GetStatement(Query[StatementView]):
    """From one day to another, both included, at most three years; a contact's own, staff name the customer."""

    since: date
    until: date
    customer_id: UUID | None = None
    customer: CustomerSnapshot | None = None
    """As they are called today; where it is not given, as their newest invoice calls them."""
    property_ids: list[UUID] = []


class GetStatementPdf(Query[FileView]):
    deadline_seconds: ClassVar[float] = 30.0
    since: date
    until: date
    customer_id: UUID | None = None
    customer: CustomerSnapshot | None = None
    property_ids: list[UUID] = []
