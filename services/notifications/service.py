"""Notifications' table of contents."""

from uuid import UUID

from services.chassis.process import Chassis
from services.chassis.service import Service, on, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.billing.payments import PaymentSucceeded
from services.contracts.fieldwork import RequestCreated
from services.contracts.identity.contacts import GetContact, GetContactPortals, PortalsRequested
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.invitations import MintInvitationLink, PersonInvited
from services.contracts.identity.passwords import MintPasswordReset, PasswordChanged, PasswordResetRequested
from services.contracts.identity.portals import GetBranch
from services.contracts.identity.sessions import LoginCodeRequested, MintLoginCode
from services.contracts.identity.staff import GetStaffMember
from services.contracts.notifications import (
    ChangeNotificationPreferences,
    GetNotificationPreferences,
    NotificationPreferencesView,
)
from services.contracts.proposals import ProposalSigned
from services.notifications import mails, preferences


class Notifications(Service):
    """Mails what happened to whom it concerns; `rules.NOTICES` says what to whom."""

    name = "notifications"
    chassis = Chassis(
        asks=(
            GetBranch,
            GetContact,
            GetContactPortals,
            GetProperty,
            GetStaffMember,
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

    @on(ProposalSigned)
    def on_proposal_signed(self, work: Work, event: ProposalSigned) -> None:
        mails.queue(work, event)

    @on(RequestCreated)
    def on_request_created(self, work: Work, event: RequestCreated) -> None:
        mails.queue(work, event)

    @worklist(seconds=5, due="due_mails")
    def deliver(self, work: Work, mail_id: UUID) -> Steps[None]:
        return mails.deliver(work, mail_id)
