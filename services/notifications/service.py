"""Notifications' table of contents."""

from uuid import UUID

from services.chassis.process import Chassis
from services.chassis.service import Service, on, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.billing.autopay import (
    AutopayAnnounced,
    AutopayAuthorized,
    AutopayDeclined,
    AutopayEnded,
    AutopayWithheld,
)
from services.contracts.billing.methods import MandateAccepted
from services.contracts.billing.payments import (
    PaymentDisputed,
    PaymentFailed,
    PaymentProcessing,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
)
from services.contracts.billing.programs import AgreementSigned, PaymentRequested, ProgramOffered
from services.contracts.billing.third_parties import GuessingNoticed
from services.contracts.fieldwork.jobs import JobChanged, JobCreated
from services.contracts.fieldwork.requests import RequestClosed, RequestCommented, RequestCreated
from services.contracts.identity.contacts import GetContact, GetContactPortals, ListContacts, PortalsRequested
from services.contracts.identity.customers import GetCustomer, GetProperty
from services.contracts.identity.invitations import MintInvitationLink, PersonInvited
from services.contracts.identity.passwords import MintPasswordReset, PasswordChanged, PasswordResetRequested
from services.contracts.identity.portals import GetBranch
from services.contracts.identity.sessions import LoginCodeRequested, MintLoginCode
from services.contracts.identity.staff import GetStaffMember, ListStaff
from services.contracts.messages import Nothing
from services.contracts.notifications import (
    ActivityFeed,
    ChangeNotificationPreferences,
    GetNotificationPreferences,
    ListActivities,
    NotificationPreferencesView,
    ReadActivities,
)
from services.contracts.proposals.events import (
    ProposalDeclined,
    ProposalDelivered,
    ProposalExpired,
    ProposalReminded,
    ProposalWithdrawn,
)
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.quotes import QuoteCreated, QuoteFinalized
from services.notifications import activities, mails, notices, preferences


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
            ListContacts,
            ListStaff,
            MintInvitationLink,
            MintLoginCode,
            MintPasswordReset,
        )
    )

    @rpc
    def get_notification_preferences(
        self, work: Work, query: GetNotificationPreferences
    ) -> NotificationPreferencesView:
        return preferences.read(work, query)

    @rpc
    def change_notification_preferences(
        self, work: Work, command: ChangeNotificationPreferences
    ) -> NotificationPreferencesView:
        return preferences.change(work, command)

    @rpc
    def list_activities(self, work: Work, query: ListActivities) -> ActivityFeed:
        return activities.page(work, query)

    @rpc
    def read_activities(self, work: Work, command: ReadActivities) -> Nothing:
        return activities.mark_read(work, command)

    @on(PersonInvited)
    def on_person_invited(self, work: Work, event: PersonInvited) -> None:
        mails.queue(work, event)

    @on(LoginCodeRequested)
    def on_login_code_requested(self, work: Work, event: LoginCodeRequested) -> None:
        mails.queue(work, event)

    @on(PortalsRequested)
    def on_portals_requested(self, work: Work, event: PortalsRequested) -> None:
        mails.queue(work, event)

    @on(PasswordResetRequested)
    def on_password_reset_requested(self, work: Work, event: PasswordResetRequested) -> None:
        mails.queue(work, event)

    @on(PasswordChanged)
    def on_password_changed(self, work: Work, event: PasswordChanged) -> None:
        mails.queue(work, event)

    @on(PaymentSucceeded)
    def on_payment_succeeded(self, work: Work, event: PaymentSucceeded) -> None:
        mails.queue(work, event)

    @on(PaymentProcessing)
    def on_payment_processing(self, work: Work, event: PaymentProcessing) -> None:
        mails.queue(work, event)

    @on(PaymentFailed)
    def on_payment_failed(self, work: Work, event: PaymentFailed) -> None:
        mails.queue(work, event)

    @on(PaymentRefunded)
    def on_payment_refunded(self, work: Work, event: PaymentRefunded) -> None:
        mails.queue(work, event)

    @on(PaymentReversed)
    def on_payment_reversed(self, work: Work, event: PaymentReversed) -> None:
        mails.queue(work, event)

    @on(PaymentDisputed)
    def on_payment_disputed(self, work: Work, event: PaymentDisputed) -> None:
        mails.queue(work, event)

    @on(AutopayAuthorized)
    def on_autopay_authorized(self, work: Work, event: AutopayAuthorized) -> None:
        mails.queue(work, event)

    @on(AutopayEnded)
    def on_autopay_ended(self, work: Work, event: AutopayEnded) -> None:
        mails.queue(work, event)

    @on(AutopayAnnounced)
    def on_autopay_announced(self, work: Work, event: AutopayAnnounced) -> None:
        mails.queue(work, event)

    @on(AutopayDeclined)
    def on_autopay_declined(self, work: Work, event: AutopayDeclined) -> None:
        mails.queue(work, event)

    @on(AutopayWithheld)
    def on_autopay_withheld(self, work: Work, event: AutopayWithheld) -> None:
        mails.queue(work, event)

    @on(GuessingNoticed)
    def on_guessing_noticed(self, work: Work, event: GuessingNoticed) -> None:
        mails.queue(work, event)

    @on(MandateAccepted)
    def on_mandate_accepted(self, work: Work, event: MandateAccepted) -> None:
        mails.queue(work, event)

    @on(ProposalSigned)
    def on_proposal_signed(self, work: Work, event: ProposalSigned) -> None:
        notices.give(work, event)

    @on(ProposalDelivered)
    def on_proposal_delivered(self, work: Work, event: ProposalDelivered) -> None:
        mails.queue(work, event)

    @on(ProposalReminded)
    def on_proposal_reminded(self, work: Work, event: ProposalReminded) -> None:
        mails.queue(work, event)

    @on(ProposalDeclined)
    def on_proposal_declined(self, work: Work, event: ProposalDeclined) -> None:
        mails.queue(work, event)

    @on(ProposalExpired)
    def on_proposal_expired(self, work: Work, event: ProposalExpired) -> None:
        mails.queue(work, event)

    @on(ProposalWithdrawn)
    def on_proposal_withdrawn(self, work: Work, event: ProposalWithdrawn) -> None:
        mails.queue(work, event)

    @on(QuoteCreated)
    def on_quote_created(self, work: Work, event: QuoteCreated) -> None:
        notices.give(work, event)

    @on(QuoteFinalized)
    def on_quote_finalized(self, work: Work, event: QuoteFinalized) -> None:
        mails.queue(work, event)

    @on(ProgramOffered)
    def on_program_offered(self, work: Work, event: ProgramOffered) -> None:
        mails.queue(work, event)

    @on(AgreementSigned)
    def on_agreement_signed(self, work: Work, event: AgreementSigned) -> None:
        mails.queue(work, event)

    @on(PaymentRequested)
    def on_payment_requested(self, work: Work, event: PaymentRequested) -> None:
        mails.queue(work, event)

    @on(RequestCreated)
    def on_request_created(self, work: Work, event: RequestCreated) -> None:
        notices.give(work, event)

    @on(RequestCommented)
    def on_request_commented(self, work: Work, event: RequestCommented) -> None:
        notices.give(work, event)

    @on(RequestClosed)
    def on_request_closed(self, work: Work, event: RequestClosed) -> None:
        notices.give(work, event)

    @on(JobCreated)
    def on_job_created(self, work: Work, event: JobCreated) -> None:
        notices.give(work, event)

    @on(JobChanged)
    def on_job_changed(self, work: Work, event: JobChanged) -> None:
        notices.give(work, event)

    @worklist(seconds=5, due="due_mails")
    def deliver(self, work: Work, mail_id: UUID) -> Steps[None]:
        return mails.deliver(work, mail_id)
