"""What integrators are told of each of our events: one table of public types, and the data of each."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

from services.contracts.billing.autopay import AutopayAuthorized, AutopayDeclined, AutopayEnded, AutopayWithheld
from services.contracts.billing.invoices import InvoiceShared
from services.contracts.billing.payments import (
    PaymentDisputed,
    PaymentFailed,
    PaymentProcessing,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
)
from services.contracts.billing.programs import AgreementSigned, ProgramOffered
from services.contracts.fieldwork.jobs import JobChanged, JobCreated
from services.contracts.fieldwork.requests import RequestChanged, RequestClosed, RequestCommented, RequestCreated
from services.contracts.messages import Event, View
from services.contracts.notifications.webhook_events import (
    AgreementData,
    AutopayData,
    CommentedRequestData,
    EventType,
    ProgramData,
    ProposalData,
    RequestData,
    SignedBy,
)
from services.contracts.notifications.webhooks import DeliveredType
from services.contracts.proposals.events import (
    ProposalDeclined,
    ProposalDelivered,
    ProposalExpired,
    ProposalFacts,
    ProposalWithdrawn,
)
from services.contracts.proposals.proposals import DeclineView, PortalStatus, ProposalSigned
from services.contracts.proposals.quotes import QuoteCreated, QuoteFinalized


def written(of_type: DeliveredType, at: float, data: View) -> str:
    """The payload as it is signed and sent; `at` is in seconds since the epoch."""
    timestamp = datetime.fromtimestamp(at, UTC)
    return to_json({"type": of_type, "timestamp": timestamp, "data": data}).decode()


def of(event: Event) -> tuple[EventType, View]:
    """The public type of an event, and what is told of it. Raises LookupError for one that is not public."""
    of_type, data = TOLD[type(event)]
    return of_type, data(event)


def type_of(event: Event) -> EventType:
    """The public type alone."""
    return TOLD[type(event)][0]


def _payment(event: Any) -> View:
    view: View = event.payment
    return view


def _proposal(event: ProposalFacts, status: PortalStatus, **more: Any) -> ProposalData:
    told = event.model_dump(include=set(ProposalData.model_fields) - {"id"})
    return ProposalData.model_validate({**told, "id": event.proposal_id, "status": status, **more})


def _proposal_signed(event: ProposalSigned) -> ProposalData:
    told = event.model_dump(include=set(ProposalData.model_fields) - {"id"})
    signature = SignedBy(signed_at=event.signed_at, signed_by=event.signed_by)
    return ProposalData.model_validate(
        {**told, "id": event.proposal_id, "status": "accepted", "electronic_signature": signature}
    )


def _proposal_declined(event: ProposalDeclined) -> ProposalData:
    declined = DeclineView(declined_at=event.declined_at, declined_by=event.declined_by, reason=event.reason)
    return _proposal(event, "rejected", declined=declined)


def _request(event: RequestClosed | RequestChanged) -> RequestData:
    return RequestData(**dict(event.request), customer_id=event.customer_id, branch_id=event.branch_id)


def _request_commented(event: RequestCommented) -> CommentedRequestData:
    return CommentedRequestData(
        **dict(event.request), customer_id=event.customer_id, branch_id=event.branch_id, comment=event.comment
    )


def _program(event: ProgramOffered) -> ProgramData:
    return ProgramData(
        id=event.program_id,
        number=event.number,
        name=event.name,
        status="offered",
        branch_id=event.branch_id,
        customer=event.customer,
        allowed_plans=event.plans,
        total=event.total,
    )


def _agreement(event: AgreementSigned) -> AgreementData:
    return AgreementData(
        program_id=event.program_id,
        number=event.number,
        name=event.program,
        branch_id=event.branch_id,
        electronic_signature=SignedBy(signed_at=event.signed_at, signed_by=event.signed_by),
        down_payment=event.down_payment,
        total_of_payments=event.total_of_payments,
    )


def _autopay(event: AutopayAuthorized | AutopayDeclined | AutopayEnded | AutopayWithheld) -> AutopayData:
    """What the event and the public data have in common; where it came from and what was agreed to stays inside."""
    return AutopayData.model_validate(event.model_dump(include=set(AutopayData.model_fields)))


TOLD: dict[type[Event], tuple[EventType, Callable[[Any], View]]] = {
    InvoiceShared: ("invoice.shared", lambda event: event.invoice),
    PaymentProcessing: ("payment.processing", _payment),
    PaymentSucceeded: ("payment.succeeded", _payment),
    PaymentFailed: ("payment.failed", _payment),
    PaymentRefunded: ("payment.refunded", _payment),
    PaymentReversed: ("payment.reversed", _payment),
    PaymentDisputed: ("payment.disputed", _payment),
    AutopayAuthorized: ("autopay.authorized", _autopay),
    AutopayDeclined: ("autopay.declined", _autopay),
    AutopayWithheld: ("autopay.withheld", _autopay),
    AutopayEnded: ("autopay.ended", _autopay),
    ProgramOffered: ("program.offered", _program),
    AgreementSigned: ("agreement.signed", _agreement),
    ProposalDelivered: ("proposal.delivered", lambda event: _proposal(event, "pending")),
    ProposalSigned: ("proposal.signed", _proposal_signed),
    ProposalDeclined: ("proposal.declined", _proposal_declined),
    ProposalExpired: ("proposal.expired", lambda event: _proposal(event, "pending", expired=True)),
    ProposalWithdrawn: ("proposal.withdrawn", lambda event: _proposal(event, "pending")),
    QuoteCreated: ("quote.created", lambda event: event.quote),
    QuoteFinalized: ("quote.finalized", lambda event: event.quote),
    JobCreated: ("job.created", lambda event: event.job),
    JobChanged: ("job.changed", lambda event: event.job),
    RequestCreated: ("request.created", lambda event: event.request),
    RequestCommented: ("request.commented", _request_commented),
    RequestChanged: ("request.changed", _request),
    RequestClosed: ("request.closed", _request),
}
