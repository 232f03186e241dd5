"""Finance agreements: a program's premium on loan, its installments, and what the agency does to it afterwards."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from services.contracts.billing.invoices import InvoiceStatus, InvoiceView
from services.contracts.billing.terms import LoanTerms
from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Query, View
from services.contracts.money import Money
from services.contracts.proposals.signing import ConsentView
from services.contracts.snapshots import CustomerSnapshot, Text

AgreementStatus = Literal["to_sign", "in_force", "cancelled", "closed", "withdrawn", "replaced"]
"""`closed` is repaid; `withdrawn` was never signed; `replaced` has a newer version in its place."""
InstallmentStatus = InvoiceStatus | Literal["scheduled"]
"""Its invoice's, or `scheduled` as long as the agreement is not signed."""
RefundMethod = Literal["actuarial", "rule_of_78"]
Keep = Literal["term", "payment"]
"""What an endorsement leaves as it is: the last due date, or the amount of an installment."""


class InstallmentView(View):
    number: int
    due_on: date
    amount: Money
    principal: Money
    interest: Money
    status: InstallmentStatus
    invoice_id: UUID | None
    balance: Money | None = None
    """What is still owed of it; None as long as nothing is."""


class ToSignView(View):
    """What a signature must name: the document with exactly this hash."""

    document_id: UUID
    document_sha256: str
    consent: ConsentView | None = None
    """What is agreed to first; the gateway fills it in as soon as the document can be signed."""


class OpenPayoffView(View):
    """A payoff that stands in the place of the installments until it is paid, withdrawn or no longer good."""

    invoice_id: UUID
    amount: Money
    good_through: date


class FinanceAgreementView(View):
    """The version that counts. `balance` is the principal that is not repaid yet; `apr` is in percent."""

    id: UUID
    number: str
    version: int
    status: AgreementStatus
    amount_financed: Money
    apr: Decimal
    finance_charge: Money
    total_of_payments: Money
    balance: Money
    down_payment: Money
    terms: LoanTerms
    installments: list[InstallmentView]
    to_sign: ToSignView | None = None
    signed_by: str | None = None
    payoff: OpenPayoffView | None = None
    down_payment_invoice_id: UUID | None = None


class PayoffQuoteView(View):
    """What repays the loan if it is paid by `good_through`: principal and the interest earned until then."""

    good_through: date
    method: RefundMethod
    amount: Money
    principal: Money
    interest: Money
    """Earned and not collected yet; below zero where more was collected with installments paid ahead."""
    rebate: Money
    """Interest of the schedule that is not earned, and so not owed."""
    also_owed: Money
    """Installments that are due by then or partly paid; they stay invoices of their own."""


class GetFinanceAgreement(Query[FinanceAgreementView]):
    """The version of a program's agreement that counts; not_found where there is none."""

    program_id: UUID


class GetFinanceAgreementPdf(Query[FileView]):
    """The signed document, sealed; before it is signed, the one to be signed."""

    deadline_seconds: ClassVar[float] = 20.0
    program_id: UUID
    newest: bool = False
    """The paper of the newest version instead, which the agency's changes bring without a signature."""


class QuotePayoff(Query[PayoffQuoteView]):
    """What would repay the loan; `good_through` is ten days from today unless it is given."""

    program_id: UUID
    good_through: date | None = None


class RaisePayoff(Command[InvoiceView]):
    """The agency bills the payoff: its invoice takes the place of the installments that it covers."""

    program_id: UUID
    good_through: date | None = None


class WithdrawPayoff(Command[FinanceAgreementView]):
    """The agency takes an unpaid payoff back; its installments are owed again."""

    program_id: UUID


class EndorseAgreement(Command[FinanceAgreementView]):
    """The agency changes the premium on loan: more is lent, or a return premium reduces what is owed."""

    program_id: UUID
    effective_on: date
    change: Money
    """Above zero it is lent; below zero it is a return premium."""
    keep: Keep
    reason: Text


class AgreementReadyToSign(Event):
    """An agreement is drawn; `version` counts the news of this agreement's id, one id for each drawn version."""

    version: int
    agreement_id: UUID
    program_id: UUID
    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    number: str
    title: str
    document: FileView
    total: Money
    """All payments of the schedule."""
    expires_on: date | None = None


class AgreementWithdrawn(Event):
    """Nobody may sign this one any more: a newer takes its place, or the plan has changed."""

    version: int
    agreement_id: UUID
