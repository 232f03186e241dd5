"""Programs: an insured's policies and quotes, what is offered with them, what is chosen, billed and paid."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.billing.autopay import AutopayView
from services.contracts.billing.finance import FinanceAgreementView, InstallmentView
from services.contracts.billing.invoices import InvoiceSummary, InvoiceView
from services.contracts.billing.payments import PaymentView
from services.contracts.billing.terms import LoanTerms, Plan, Policy
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, PaymentMethodType
from services.contracts.snapshots import CustomerSnapshot, Name, Text

ProgramStatus = Literal["draft", "offered", "awaiting_signature", "awaiting_payment", "active", "paid", "cancelled"]
"""`offered` waits for the insured's choice; `awaiting_payment` for the down payment or the whole; `active` is
financed and under way; customers see no drafts."""
Zip = Annotated[str, StringConstraints(pattern=r"^\d{5}(-\d{4})?$")]


class PolicyView(Policy):
    id: UUID


class PlanOptionView(View):
    """What one of the offered plans costs; the loan's figures are None where it is paid in full."""

    plan: Plan
    due_now: Money
    """The whole, or the down payment."""
    total: Money
    """All that is paid in the end."""
    amount_financed: Money | None = None
    apr: Decimal | None = None
    """In percent."""
    finance_charge: Money | None = None
    total_of_payments: Money | None = None
    installments: list[InstallmentView] = []


class ProgramView(View):
    """A program in detail. `invoices` are all that customers see, by due date, `payments` newest first."""

    id: UUID
    number: str
    name: str
    status: ProgramStatus
    archived: bool
    customer: CustomerSnapshot
    policies: list[PolicyView]
    effective_on: date
    expires_on: date
    total: Money
    """Premiums, taxes and fees."""
    allowed_plans: list[Plan]
    allowed_payment_methods: list[PaymentMethodType]
    terms: LoanTerms | None
    plan: Plan | None
    options: list[PlanOptionView] = []
    """What the plans cost that may still be chosen."""
    autopay: AutopayView
    finance_agreement: FinanceAgreementView | None = None
    """Where it is financed; not before its document is drawn."""
    invoices: list[InvoiceSummary]
    payments: list[PaymentView]
    choosable: bool
    """Whether this principal may choose a plan, or another one, now."""
    not_choosable_because: str | None = None
    branch_id: UUID
    created_at: datetime
    offered_at: datetime | None = None
    cancelled_on: date | None = None
    cancel_reason: str | None = None
    renews_id: UUID | None = None
    """The program that this one renews."""
    renewed_by_id: UUID | None = None
    version: int = 1


class ProgramSummary(View):
    """A program as a list shows it."""

    id: UUID
    number: str
    name: str
    status: ProgramStatus
    archived: bool
    customer: CustomerSnapshot
    policy_numbers: list[str]
    plan: Plan | None
    total: Money
    effective_on: date
    expires_on: date
    next_due_on: date | None = None
    """Of the oldest invoice that is owed."""
    next_due: Money | None = None


class CreateProgram(Command[ProgramView]):
    """A draft, invisible to customers until it is offered. Its dates may be past: a book of business moves in."""

    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property_zips: Annotated[list[Zip], Field(max_length=1000)] = []
    """Of the insured's sites: beside the mailing ZIP, what a third party may name."""
    name: Name
    policies: Annotated[list[Policy], Field(min_length=1, max_length=50)]
    fees: dict[PaymentMethodType, FeePolicy] | None = None
    """Its own convenience fees, which come before the branch's."""


class ChangeProgram(Command[ProgramView]):
    """Only what is given changes; what is agreed or billed is endorsed instead."""

    program_id: UUID
    customer: CustomerSnapshot | None = None
    """The insured as they are called, and live, today."""
    property_zips: Annotated[list[Zip], Field(max_length=1000)] | None = None
    name: Name | None = None
    policies: Annotated[list[Policy], Field(min_length=1, max_length=50)] | None = None


class OfferProgram(Command[ProgramView]):
    """Shows it to the insured, who chooses a plan; again, as long as nothing is signed or billed."""

    program_id: UUID
    allowed_plans: Annotated[list[Plan], Field(min_length=1, max_length=2)]
    allowed_payment_methods: Annotated[list[PaymentMethodType], Field(min_length=1, max_length=2)]
    terms: LoanTerms | None = None
    """Needed where `financed` is allowed."""


class ChoosePlan(Command[ProgramView]):
    """The insured's choice, or another one as long as nothing is signed or paid."""

    deadline_seconds: ClassVar[float] = 30.0
    program_id: UUID
    plan: Plan


class CancelProgram(Command[ProgramView]):
    """Ends it on a day. What comes back of the premium reduces the loan first."""

    program_id: UUID
    cancelled_on: date
    reason: Text
    return_premium: Money | None = None
    """What the carriers give back."""


class ArchiveProgram(Command[ProgramView]):
    """Takes it out of the lists, or brings it back; it stays readable."""

    program_id: UUID
    archived: bool = True


class RenewProgram(Command[ProgramView]):
    """A draft of the next term, with the policies given."""

    program_id: UUID
    name: Name | None = None
    policies: Annotated[list[Policy], Field(min_length=1, max_length=50)]


class BillProgram(Command[InvoiceView]):
    """A one-time payment, owed at once."""

    program_id: UUID
    description: Name
    amount: Money
    due_on: date


class RequestPayment(Command[InvoiceView]):
    """Mails the payers of an invoice once more what they owe and how to pay it."""

    invoice_id: UUID


class ListPrograms(Query[Page[ProgramSummary]]):
    """The newest first; archived ones only where they are asked for."""

    archived: bool = False
    customer_id: UUID | None = None
    """Staff only."""
    cursor: str | None = None
    limit: Limit = 25


class GetProgram(Query[ProgramView]):
    program_id: UUID


class ProgramOffered(Event):
    """An insured may choose how to pay."""

    version: int
    program_id: UUID
    branch_id: UUID
    number: str
    name: str
    customer: CustomerSnapshot
    plans: list[Plan]
    total: Money


class AgreementSigned(Event):
    """A finance agreement is in force; its invoices are there, and whoever signed it is given a copy."""

    version: int
    program_id: UUID
    branch_id: UUID
    number: str
    program: str
    """What the program is called."""
    contact_id: UUID
    signed_by: str
    signed_at: datetime
    down_payment: Money
    total_of_payments: Money


class PaymentRequested(Event):
    """Somebody is asked to pay an invoice that came without their doing, or asked once more."""

    invoice: InvoiceView
    branch_id: UUID
    billing_contact_id: UUID | None
    program_id: UUID | None = None
    again: bool = False
