"""Which event is mailed to whom, and as what."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from services.contracts.billing.autopay import (
    AutopayAnnounced,
    AutopayAuthorized,
    AutopayDeclined,
    AutopayEnded,
    AutopayWithheld,
)
from services.contracts.billing.invoices import InvoiceShared
from services.contracts.billing.methods import MandateAccepted, MethodAdded
from services.contracts.billing.payments import (
    PaymentDisputed,
    PaymentFailed,
    PaymentProcessing,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
)
from services.contracts.billing.programs import AgreementSigned, PaymentRequested, ProgramOffered
from services.contracts.billing.reminders import CardExpiring, InvoiceDueSoon, InvoiceOverdue
from services.contracts.billing.third_parties import GuessingNoticed
from services.contracts.fieldwork.jobs import JobChanged, JobCreated
from services.contracts.fieldwork.requests import RequestClosed, RequestCommented, RequestCreated
from services.contracts.fieldwork.visits import VisitUpcoming
from services.contracts.identity.contacts import PortalsRequested
from services.contracts.identity.invitations import PersonInvited
from services.contracts.identity.passwords import PasswordChanged, PasswordResetRequested
from services.contracts.identity.sessions import LoginCodeRequested, NewSignIn
from services.contracts.messages import Event
from services.contracts.notifications.activities import ActivitiesGathered
from services.contracts.notifications.preferences import Kind
from services.contracts.notifications.webhooks import WebhookDisabled
from services.contracts.proposals.events import (
    ProposalDeclined,
    ProposalDelivered,
    ProposalExpired,
    ProposalReminded,
    ProposalWithdrawn,
)
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.quotes import QuoteCreated, QuoteFinalized
from services.contracts.proposals.signing import DocumentSigned
from services.notifications.delivery_rules import Priority

Audience = Literal[
    "person",
    "payer",
    "authorizer",
    "holder",
    "cashiers",
    "sales_rep",
    "account_owner",
    "request_handler",
    "request_raiser",
    "job_handlers",
    "job_contact",
    "signers",
    "signer",
    "quote_handlers",
    "quote_asker",
    "choosers",
    "payers",
    "agreement_signer",
    "insured",
    "administrators",
    "method_keepers",
    "visit_watchers",
]
Template = Literal[
    "invitation",
    "login_code",
    "portals",
    "password_reset",
    "password_changed",
    "new_sign_in",
    "receipt",
    "payment_processing",
    "payment_failed",
    "payment_refunded",
    "payment_reversed",
    "payment_disputed",
    "guest_paid",
    "guessing_noticed",
    "webhook_disabled",
    "mandate",
    "method_added",
    "card_expiring",
    "invoice_shared",
    "invoice_due_soon",
    "invoice_overdue",
    "autopay_on",
    "autopay_off",
    "autopay_stopped",
    "autopay_upcoming",
    "autopay_declined",
    "autopay_withheld",
    "proposal_delivered",
    "proposal_reminder",
    "proposal_signed",
    "proposal_signed_copy",
    "change_order_signed",
    "change_order_signed_copy",
    "proposal_declined",
    "proposal_expired",
    "proposal_withdrawn",
    "quote_created",
    "quote_finalized",
    "program_offered",
    "agreement_signed",
    "payment_requested",
    "payoff",
    "request_created",
    "request_commented",
    "request_answered",
    "request_closed",
    "job_requested",
    "job_booked",
    "job_changed",
    "job_done",
    "visit_reminder",
    "activities_digest",
]


@dataclass(frozen=True)
class Notice:
    """An event, whom it is mailed to and as what."""

    event: type[Event]
    audience: Audience
    template: Template
    preference: Kind | None = None
    """What the recipient must have switched on; None is essential, and always sent."""

    @property
    def priority(self) -> Priority:
        """How it is delivered where not all can be."""
        if self.template in URGENT:
            return Priority.URGENT
        return Priority.OPTIONAL if self.preference else Priority.ESSENTIAL


URGENT: frozenset[Template] = frozenset({"login_code", "password_reset", "portals"})
"""For which somebody waits at a door."""


NOTICES = (
    Notice(PersonInvited, "person", "invitation"),
    Notice(LoginCodeRequested, "person", "login_code"),
    Notice(PortalsRequested, "person", "portals"),
    Notice(PasswordResetRequested, "person", "password_reset"),
    Notice(PasswordChanged, "person", "password_changed"),
    Notice(NewSignIn, "person", "new_sign_in"),
    Notice(PaymentSucceeded, "payer", "receipt", preference="electronic_receipts"),
    Notice(PaymentProcessing, "payer", "payment_processing", preference="payment_notices"),
    Notice(PaymentFailed, "payer", "payment_failed"),
    Notice(PaymentRefunded, "payer", "payment_refunded"),
    Notice(PaymentReversed, "payer", "payment_reversed"),
    Notice(PaymentDisputed, "cashiers", "payment_disputed"),
    Notice(PaymentSucceeded, "insured", "guest_paid", preference="payment_notices"),
    Notice(GuessingNoticed, "administrators", "guessing_noticed"),
    Notice(WebhookDisabled, "administrators", "webhook_disabled"),
    Notice(MandateAccepted, "holder", "mandate"),
    Notice(MethodAdded, "holder", "method_added"),
    Notice(InvoiceShared, "payers", "invoice_shared"),
    Notice(AutopayAuthorized, "person", "autopay_on"),
    Notice(AutopayEnded, "authorizer", "autopay_off"),
    Notice(AutopayEnded, "authorizer", "autopay_stopped"),
    Notice(AutopayAnnounced, "authorizer", "autopay_upcoming"),
    Notice(AutopayDeclined, "authorizer", "autopay_declined"),
    Notice(AutopayWithheld, "authorizer", "autopay_withheld"),
    Notice(ProposalDelivered, "signers", "proposal_delivered"),
    Notice(ProposalReminded, "signers", "proposal_reminder", preference="proposal_reminders"),
    Notice(ProposalSigned, "sales_rep", "proposal_signed", preference="proposal_news"),
    Notice(DocumentSigned, "signer", "proposal_signed_copy"),
    Notice(ProposalSigned, "sales_rep", "change_order_signed", preference="proposal_news"),
    Notice(DocumentSigned, "signer", "change_order_signed_copy"),
    Notice(ProposalDeclined, "sales_rep", "proposal_declined", preference="proposal_news"),
    Notice(ProposalExpired, "sales_rep", "proposal_expired", preference="proposal_news"),
    Notice(ProposalWithdrawn, "signer", "proposal_withdrawn"),
    Notice(QuoteCreated, "quote_handlers", "quote_created", preference="quote_requests"),
    Notice(QuoteFinalized, "quote_asker", "quote_finalized", preference="quote_updates"),
    Notice(ProgramOffered, "choosers", "program_offered"),
    Notice(AgreementSigned, "agreement_signer", "agreement_signed"),
    Notice(PaymentRequested, "payers", "payment_requested"),
    Notice(PaymentRequested, "payers", "payoff"),
    Notice(RequestCreated, "account_owner", "request_created", preference="request_news"),
    Notice(RequestCommented, "request_handler", "request_commented", preference="request_news"),
    Notice(RequestCommented, "request_raiser", "request_answered", preference="request_replies"),
    Notice(RequestClosed, "request_raiser", "request_closed", preference="request_replies"),
    Notice(JobCreated, "job_handlers", "job_requested", preference="job_requests"),
    Notice(JobCreated, "job_contact", "job_booked", preference="job_updates"),
    Notice(JobChanged, "job_contact", "job_changed", preference="job_updates"),
    Notice(JobChanged, "job_contact", "job_done", preference="job_updates"),
    Notice(InvoiceDueSoon, "payers", "invoice_due_soon", preference="invoice_reminders"),
    Notice(InvoiceOverdue, "payers", "invoice_overdue", preference="invoice_reminders"),
    Notice(CardExpiring, "method_keepers", "card_expiring", preference="card_reminders"),
    Notice(VisitUpcoming, "visit_watchers", "visit_reminder", preference="visit_reminders"),
    Notice(ActivitiesGathered, "person", "activities_digest"),
)


def notices_of(event: Event) -> list[Notice]:
    """What is mailed because of an event. Nobody was there when autopay charged: its receipt is always sent."""
    found = [notice for notice in NOTICES if notice.event is type(event) and _fits(notice.template, event)]
    if isinstance(event, PaymentSucceeded) and event.payment.by_autopay:
        return [replace(notice, preference=None) for notice in found]
    if isinstance(event, PaymentFailed) and event.payment.by_autopay:
        # Autopay tells of it itself, with what happens next.
        return []
    return found


def _fits(template: Template, event: Event) -> bool:
    """Which of an event's templates words what happened; most events have but one wording."""
    if isinstance(event, ProposalSigned):
        return (event.kind == "change_order") == template.startswith("change_order")
    if isinstance(event, DocumentSigned):
        # What other services have had signed they tell of themselves.
        signed = event.proposal
        return signed is not None and (signed.kind == "change_order") == template.startswith("change_order")
    if isinstance(event, AutopayEnded):
        return (event.because == "retries_used_up") == (template == "autopay_stopped")
    if isinstance(event, PaymentRequested):
        return (event.invoice.kind == "payoff") == (template == "payoff")
    if isinstance(event, JobChanged):
        is_done = "status" in event.news and event.job.status == "completed"
        return is_done == (template == "job_done")
    # Of a program's invoices its plan tells, or what asks for their payment.
    return not isinstance(event, InvoiceShared) or event.invoice.kind == "service"


def customer_of(event: Event) -> UUID | None:
    """The customer whose business the event is, for the office to find its mails by."""
    about = (event, *(getattr(event, name, None) for name in ("payment", "invoice", "request", "job", "quote")))
    for each in about:
        if isinstance(found := getattr(each, "customer_id", None), UUID):
            return found
        if customer := getattr(each, "customer", None):
            return UUID(str(customer.id))
    return None
