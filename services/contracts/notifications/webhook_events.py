"""The public language of webhooks: what integrators can be told of, and the shape of its data.

A payload is `{type, timestamp, data}`. Within a type it changes by optional fields alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.contracts.billing.autopay import AutopayMethod
from services.contracts.billing.invoices import InvoiceView
from services.contracts.billing.payments import PaymentView
from services.contracts.billing.terms import Plan
from services.contracts.fieldwork.jobs import JobView
from services.contracts.fieldwork.requests import CommentView, RequestSummary, RequestView
from services.contracts.messages import View
from services.contracts.money import Money
from services.contracts.proposals.proposals import DeclineView, PortalStatus, ProposalKind
from services.contracts.proposals.quotes import QuoteView
from services.contracts.snapshots import CustomerSnapshot, PropertySnapshot

EventType = Literal[
    "invoice.shared",
    "payment.processing",
    "payment.succeeded",
    "payment.failed",
    "payment.refunded",
    "payment.reversed",
    "payment.disputed",
    "autopay.authorized",
    "autopay.declined",
    "autopay.withheld",
    "autopay.ended",
    "program.offered",
    "agreement.signed",
    "proposal.delivered",
    "proposal.signed",
    "proposal.declined",
    "proposal.expired",
    "proposal.withdrawn",
    "quote.created",
    "quote.finalized",
    "job.created",
    "job.changed",
    "request.created",
    "request.commented",
    "request.changed",
    "request.closed",
]


class SignedBy(View):
    """Who signed, and when."""

    signed_at: datetime
    signed_by: str


class ProposalData(View):
    """A proposal, in the fields of the office's item; `customer_id` is missing where it is not known."""

    id: UUID
    number: str
    title: str
    kind: ProposalKind
    status: PortalStatus
    revision: int
    branch_id: UUID
    customer_id: UUID | None
    property: PropertySnapshot
    total: Money
    expires_on: date | None = None
    delivered_at: datetime | None = None
    expired: bool = False
    electronic_signature: SignedBy | None = None
    declined: DeclineView | None = None


class CommentedRequestData(RequestSummary):
    """A request, and what was just said about it; `public` tells whether the customer sees it."""

    customer_id: UUID
    branch_id: UUID
    comment: CommentView


class RequestData(RequestSummary):
    """A request, without what was said about it."""

    customer_id: UUID
    branch_id: UUID


class ProgramData(View):
    """A program that was offered, in the fields of the office's item."""

    id: UUID
    number: str
    name: str
    status: Literal["offered"]
    branch_id: UUID
    customer: CustomerSnapshot
    allowed_plans: list[Plan]
    total: Money


class AgreementData(View):
    """A finance agreement that is in force."""

    program_id: UUID
    number: str
    name: str
    """What the program is called."""
    branch_id: UUID
    electronic_signature: SignedBy
    down_payment: Money
    total_of_payments: Money


class AutopayData(View):
    """Autopay of a program, or without one of a customer's invoices; which fields are there depends on the type."""

    branch_id: UUID
    program_id: UUID | None
    invoice_id: UUID | None = None
    invoice_number: str | None = None
    amount: Money | None = None
    cap: Money | None = None
    """The customer's own limit, where that is why it was withheld."""
    decline_reason: str | None = None
    next_try_on: date | None = None
    because: str | None = None
    payment_method: AutopayMethod | None = None


class TrialData(View):
    """What a test event says."""

    message: str


@dataclass(frozen=True)
class EventKind:
    """When an event of this type is sent, in a sentence, and the shape of its `data`."""

    says: str
    data: type[View]


EVENT_KINDS: Mapping[EventType, EventKind] = {
    "invoice.shared": EventKind("An invoice is owed from now on, and the customer sees it.", InvoiceView),
    "payment.processing": EventKind("The provider took a payment whose outcome is days away.", PaymentView),
    "payment.succeeded": EventKind("Money has moved, or was recorded as received.", PaymentView),
    "payment.failed": EventKind("A payment that was under way has moved no money.", PaymentView),
    "payment.refunded": EventKind("Money goes back to the payer.", PaymentView),
    "payment.reversed": EventKind("The payer's bank took the money back; the invoices are owed again.", PaymentView),
    "payment.disputed": EventKind("The payer disputes a payment.", PaymentView),
    "autopay.authorized": EventKind("Somebody switched autopay on, or over to another method.", AutopayData),
    "autopay.declined": EventKind("An attempt of autopay was declined.", AutopayData),
    "autopay.withheld": EventKind("An invoice is above the customer's own limit and was not charged.", AutopayData),
    "autopay.ended": EventKind("Autopay was switched off, or its retries are used up.", AutopayData),
    "program.offered": EventKind("An insured may choose how to pay a program.", ProgramData),
    "agreement.signed": EventKind("A finance agreement was signed and is in force.", AgreementData),
    "proposal.delivered": EventKind("A proposal can be read and signed by the customer.", ProposalData),
    "proposal.signed": EventKind("A customer signed a proposal.", ProposalData),
    "proposal.declined": EventKind("A customer declined a proposal.", ProposalData),
    "proposal.expired": EventKind("A proposal's last day passed without a signature.", ProposalData),
    "proposal.withdrawn": EventKind("The office took a proposal back to change it.", ProposalData),
    "quote.created": EventKind("A customer asks for an offer.", QuoteView),
    "quote.finalized": EventKind("The office answered a quote.", QuoteView),
    "job.created": EventKind("A job was asked for, or booked.", JobView),
    "job.changed": EventKind("Anything about a job changed.", JobView),
    "request.created": EventKind("A request was raised.", RequestView),
    "request.commented": EventKind("Somebody commented on a request.", CommentedRequestData),
    "request.changed": EventKind("Anything else about a request changed.", RequestData),
    "request.closed": EventKind("A request was closed.", RequestData),
}
"""In the order in which people choose from them."""
