"""Notifications' table of contents: what it mails, tells integrators, and answers."""

from functools import partial

from services.chassis.gauges import EVERY
from services.chassis.process import Chassis
from services.chassis.service import Service, everywhere, on, rpc, worklist
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
from services.contracts.fieldwork.requests import RequestChanged, RequestClosed, RequestCommented, RequestCreated
from services.contracts.fieldwork.visits import VisitUpcoming
from services.contracts.identity.contacts import GetContact, GetContactPortals, ListContacts, PortalsRequested
from services.contracts.identity.customers import GetCustomer, GetProperty
from services.contracts.identity.invitations import MintInvitationLink, PersonInvited
from services.contracts.identity.passwords import MintPasswordReset, PasswordChanged, PasswordResetRequested
from services.contracts.identity.portals import GetBranch, ListBranches
from services.contracts.identity.sessions import LoginCodeRequested, MintLoginCode, NewSignIn
from services.contracts.identity.staff import GetStaffMember, ListStaff
from services.contracts.notifications.activities import ActivitiesGathered
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
from services.notifications import (
    activities,
    deliveries,
    digests,
    gauges,
    mails,
    notices,
    preferences,
    previews,
    sent_mails,
    suppressions,
    unsubscribing,
)
from services.notifications.webhooks import endpoints, history, queue, sending

tell = partial(on, use_case=queue.tell, concerns=queue.concerns)
"""Most companies have no endpoint for most events."""


class Notifications(Service):
    """Mails what happened to whom it concerns; `rules.NOTICES` says what to whom."""

    name = "notifications"
    chassis = Chassis(
        asks=(
            GetBranch,
            GetContact,
            GetContactPortals,
            GetCustomer,
            GetProperty,
            GetStaffMember,
            ListBranches,
            ListContacts,
            ListStaff,
            MintInvitationLink,
            MintLoginCode,
            MintPasswordReset,
        ),
        keeps=(GetBranch, GetContact),
    )

    # What happened, and is mailed

    on_person_invited = on(PersonInvited, mails.queue)
    on_login_code_requested = on(LoginCodeRequested, mails.queue)
    on_portals_requested = on(PortalsRequested, mails.queue)
    on_password_reset_requested = on(PasswordResetRequested, mails.queue)
    on_password_changed = on(PasswordChanged, mails.queue)
    on_new_sign_in = on(NewSignIn, mails.queue)
    on_payment_succeeded = on(PaymentSucceeded, mails.queue)
    on_payment_processing = on(PaymentProcessing, mails.queue)
    on_payment_failed = on(PaymentFailed, notices.give)
    on_payment_refunded = on(PaymentRefunded, mails.queue)
    on_payment_reversed = on(PaymentReversed, notices.give)
    on_payment_disputed = on(PaymentDisputed, notices.give)
    on_autopay_authorized = on(AutopayAuthorized, mails.queue)
    on_autopay_ended = on(AutopayEnded, mails.queue)
    on_autopay_announced = on(AutopayAnnounced, mails.queue)
    on_autopay_declined = on(AutopayDeclined, mails.queue)
    on_autopay_withheld = on(AutopayWithheld, notices.give)
    on_invoice_due_soon = on(InvoiceDueSoon, mails.queue)
    on_invoice_overdue = on(InvoiceOverdue, mails.queue)
    on_card_expiring = on(CardExpiring, mails.queue)
    on_visit_upcoming = on(VisitUpcoming, mails.queue)
    on_guessing_noticed = on(GuessingNoticed, mails.queue)
    on_webhook_disabled = on(WebhookDisabled, mails.queue)
    on_mandate_accepted = on(MandateAccepted, mails.queue)
    on_method_added = on(MethodAdded, mails.queue)
    on_invoice_shared = on(InvoiceShared, mails.queue)
    on_proposal_signed = on(ProposalSigned, notices.give)
    on_document_signed = on(DocumentSigned, mails.queue)
    on_proposal_delivered = on(ProposalDelivered, mails.queue)
    on_proposal_reminded = on(ProposalReminded, mails.queue)
    on_proposal_declined = on(ProposalDeclined, notices.give)
    on_proposal_expired = on(ProposalExpired, notices.give)
    on_proposal_withdrawn = on(ProposalWithdrawn, mails.queue)
    on_quote_created = on(QuoteCreated, notices.give)
    on_quote_finalized = on(QuoteFinalized, mails.queue)
    on_program_offered = on(ProgramOffered, mails.queue)
    on_agreement_signed = on(AgreementSigned, notices.give)
    on_payment_requested = on(PaymentRequested, mails.queue)
    on_request_created = on(RequestCreated, notices.give)
    on_request_commented = on(RequestCommented, notices.give)
    on_request_closed = on(RequestClosed, notices.give)
    on_job_created = on(JobCreated, notices.give)
    on_job_changed = on(JobChanged, notices.give)
    on_activities_gathered = on(ActivitiesGathered, mails.queue)

    # Delivery

    deliver = worklist(deliveries.deliver, seconds=5, due="ordinary_mails_due", at_once=8)
    deliver_urgent = worklist(deliveries.deliver, seconds=5, due="urgent_mails_due", at_once=4)

    # Mails as the office sees them

    list_mails = rpc(sent_mails.page)
    get_mail = rpc(sent_mails.read)
    resend_mail = rpc(sent_mails.resend)
    list_mail_templates = rpc(previews.page)
    preview_mail = rpc(previews.preview)
    list_suppressions = rpc(suppressions.page)
    suppress_address = rpc(suppressions.suppress)
    lift_suppression = rpc(suppressions.lift)

    # What people want to be mailed

    get_notification_preferences = rpc(preferences.read)
    change_notification_preferences = rpc(preferences.change)
    get_staff_preferences = rpc(preferences.read_staff)
    change_staff_preferences = rpc(preferences.change_staff)
    get_subscription = rpc(unsubscribing.read)
    change_subscription = rpc(unsubscribing.change)

    # Activities

    list_activities = rpc(activities.page)
    read_activities = rpc(activities.mark_read)
    gather_activities = worklist(digests.gather, seconds=60, due="due_digests")

    # Webhooks

    create_webhook = rpc(endpoints.create)
    change_webhook = rpc(endpoints.change)
    delete_webhook = rpc(endpoints.delete)
    rotate_webhook_secret = rpc(endpoints.rotate_secret)
    list_webhooks = rpc(endpoints.page)
    get_webhook = rpc(endpoints.get)
    list_webhook_deliveries = rpc(history.page)
    get_webhook_delivery = rpc(history.get)
    send_test_webhook = rpc(history.send_test)
    resend_webhook_delivery = rpc(history.resend)
    resend_failed_webhooks = rpc(history.resend_failed)
    # Apart, so that those that hang never stand before those that answer.
    deliver_webhooks = worklist(sending.deliver, seconds=5, due="due_webhooks", at_once=10)
    retry_webhooks = worklist(sending.deliver, seconds=5, due="due_webhook_retries", at_once=10)
    sweep_webhooks = worklist(history.sweep, seconds=3600, due="stale_webhooks")

    # What happened, and integrators are told

    tell_invoice_shared = tell(InvoiceShared)
    tell_payment_processing = tell(PaymentProcessing)
    tell_payment_succeeded = tell(PaymentSucceeded)
    tell_payment_failed = tell(PaymentFailed)
    tell_payment_refunded = tell(PaymentRefunded)
    tell_payment_reversed = tell(PaymentReversed)
    tell_payment_disputed = tell(PaymentDisputed)
    tell_autopay_authorized = tell(AutopayAuthorized)
    tell_autopay_declined = tell(AutopayDeclined)
    tell_autopay_withheld = tell(AutopayWithheld)
    tell_autopay_ended = tell(AutopayEnded)
    tell_program_offered = tell(ProgramOffered)
    tell_agreement_signed = tell(AgreementSigned)
    tell_proposal_delivered = tell(ProposalDelivered)
    tell_proposal_signed = tell(ProposalSigned)
    tell_proposal_declined = tell(ProposalDeclined)
    tell_proposal_expired = tell(ProposalExpired)
    tell_proposal_withdrawn = tell(ProposalWithdrawn)
    tell_quote_created = tell(QuoteCreated)
    tell_quote_finalized = tell(QuoteFinalized)
    tell_job_created = tell(JobCreated)
    tell_job_changed = tell(JobChanged)
    tell_request_created = tell(RequestCreated)
    tell_request_commented = tell(RequestCommented)
    tell_request_changed = tell(RequestChanged)
    tell_request_closed = tell(RequestClosed)

    # What it tells of itself

    measure_mails = everywhere(gauges.MAILS.measure, seconds=EVERY)
    measure_webhooks = everywhere(gauges.WEBHOOKS.measure, seconds=EVERY)
    measure_endpoints = everywhere(gauges.ENDPOINTS.measure, seconds=EVERY)
