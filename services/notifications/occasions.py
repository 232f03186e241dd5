"""Which events are entries of feeds: whose, of what kind, and what they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.contracts.billing.autopay import AutopayWithheld
from services.contracts.billing.payments import PaymentDisputed, PaymentFailed, PaymentReversed
from services.contracts.billing.programs import AgreementSigned
from services.contracts.fieldwork.jobs import JobCreated
from services.contracts.fieldwork.requests import RequestCommented, RequestCreated, RequestSummary
from services.contracts.messages import Event
from services.contracts.notifications.activities import ActivityKind, SubjectType
from services.contracts.proposals.events import ProposalDeclined, ProposalExpired
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.quotes import QuoteCreated
from services.notifications.rules import Audience

AUTOPAY = "Autopay"
"""Whose doing it is that nobody did."""


@dataclass(frozen=True)
class Occasion:
    """What an entry of the feed says."""

    audience: Audience
    kind: ActivityKind
    subject_type: SubjectType
    subject_id: UUID
    title: str
    actor: str


def of(event: Event) -> Occasion | None:
    """What the event is in a feed; None where it is in nobody's."""
    about = _ABOUT.get(type(event))
    return about(event) if about else None


def _request_created(event: RequestCreated) -> Occasion:
    request = event.request
    return Occasion("account_owner", "request_created", "request", request.id, _called(request), request.created_by)


def _request_commented(event: RequestCommented) -> Occasion:
    request = event.request
    return Occasion(
        "request_handler", "request_commented", "request", request.id, _called(request), event.comment.author
    )


def _proposal_signed(event: ProposalSigned) -> Occasion:
    title = f"{event.number}: {event.title}"
    return Occasion("sales_rep", "proposal_signed", "proposal", event.proposal_id, title, event.signed_by)


def _proposal_declined(event: ProposalDeclined) -> Occasion:
    title = f"{event.number}: {event.title}"
    return Occasion("sales_rep", "proposal_declined", "proposal", event.proposal_id, title, event.declined_by)


def _proposal_expired(event: ProposalExpired) -> Occasion:
    title = f"{event.number}: {event.title}"
    return Occasion("sales_rep", "proposal_expired", "proposal", event.proposal_id, title, event.property.name)


def _quote_created(event: QuoteCreated) -> Occasion:
    quote = event.quote
    return Occasion("quote_handlers", "quote_created", "quote", quote.id, quote.number, quote.created_by)


def _job_requested(event: JobCreated) -> Occasion:
    job = event.job
    return Occasion(
        "job_handlers", "job_requested", "job", job.id, f"{job.number}: {job.property.name}", job.created_by
    )


def _payment_failed(event: PaymentFailed) -> Occasion | None:
    """Whoever pays by themselves sees that it failed, and tries again."""
    return _payment("payment_failed", event) if event.payment.by_autopay else None


def _payment_reversed(event: PaymentReversed) -> Occasion:
    return _payment("payment_reversed", event)


def _payment_disputed(event: PaymentDisputed) -> Occasion:
    return _payment("payment_disputed", event)


def _payment(kind: ActivityKind, event: PaymentFailed | PaymentReversed | PaymentDisputed) -> Occasion:
    payment = event.payment
    return Occasion("cashiers", kind, "payment", payment.id, payment.number, payment.payer)


def _autopay_withheld(event: AutopayWithheld) -> Occasion:
    return Occasion("cashiers", "autopay_withheld", "invoice", event.invoice_id, event.invoice_number, AUTOPAY)


def _agreement_signed(event: AgreementSigned) -> Occasion:
    title = f"{event.number}: {event.program}"
    return Occasion("cashiers", "agreement_signed", "program", event.program_id, title, event.signed_by)


def _called(request: RequestSummary) -> str:
    return f"{request.number}: {request.title}"


_ABOUT: dict[type[Event], Callable[[Any], Occasion | None]] = {
    RequestCreated: _request_created,
    RequestCommented: _request_commented,
    ProposalSigned: _proposal_signed,
    ProposalDeclined: _proposal_declined,
    ProposalExpired: _proposal_expired,
    QuoteCreated: _quote_created,
    JobCreated: _job_requested,
    PaymentFailed: _payment_failed,
    PaymentReversed: _payment_reversed,
    PaymentDisputed: _payment_disputed,
    AutopayWithheld: _autopay_withheld,
    AgreementSigned: _agreement_signed,
}
