"""What each mail tells, as its template's data: plain JSON, every amount and time already written out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.chassis.work import Work
from services.contracts.billing.methods import MandateAccepted
from services.contracts.billing.payments import (
    PaymentDisputed,
    PaymentFailed,
    PaymentProcessing,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
    PaymentView,
)
from services.contracts.fieldwork import RequestCreated
from services.contracts.identity.contacts import GetContactPortals, PortalsRequested
from services.contracts.identity.invitations import InvitationLinkView, PersonInvited
from services.contracts.identity.passwords import PasswordChanged, PasswordResetLinkView, PasswordResetRequested
from services.contracts.identity.portals import BranchView, Brand, GetBranch
from services.contracts.identity.sessions import LoginCodeRequested, LoginCodeView
from services.contracts.messages import Event
from services.contracts.proposals import ProposalSigned
from services.notifications import formats
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

Content = dict[str, Any]

OfPayer = PaymentProcessing | PaymentFailed | PaymentSucceeded | PaymentRefunded | PaymentReversed

OFFICE = "office"
"""The door of staff, where customers have a portal's."""

KINDS = {"work_order": "work order", "contract": "contract", "change_order": "change order"}


def of(work: Work, template: Template, event: Event) -> Content:
    """What is kept of the event for its mail."""
    return _CONTENTS[template](work, event)


def invitation(link: InvitationLinkView, _: datetime) -> Content:
    """What the welcome mail tells; it opens an account, so it is never kept."""
    return {
        "brand": link.brand.model_dump(),
        "name": link.name,
        "email": link.email,
        "company": link.company_name,
        "expires_at": formats.moment(link.expires_at, "UTC"),
        "url": notifications_settings().link(link.portal_slug or OFFICE, "invitations", link.token),
    }


def login_code(login: LoginCodeView, now: datetime) -> Content:
    """What the mail with a one-time code tells; it opens a portal, so it is never kept."""
    return {
        "brand": login.brand.model_dump(),
        "code": login.code,
        "email": login.email,
        "lasts": formats.duration(login.expires_at - now),
        "url": notifications_settings().link(login.portal_slug, "login", "link", login.token),
    }


def password_reset(link: PasswordResetLinkView, now: datetime) -> Content:
    """What the mail with a reset tells; it sets a password, so it is never kept."""
    return {
        "brand": link.brand.model_dump(),
        "email": link.email,
        "lasts": formats.duration(link.expires_at - now),
        "url": notifications_settings().link(link.portal_slug or OFFICE, "password", link.token),
    }


def _invitation(_: Work, event: PersonInvited) -> Content:
    """Which invitation; its link is minted when the mail is sent."""
    return {"invitation_id": str(event.invitation_id)}


def _login_code(_: Work, event: LoginCodeRequested) -> Content:
    """Which one; the code is minted when the mail is sent."""
    return {"login_code_id": str(event.login_code_id)}


def _password_reset(_: Work, event: PasswordResetRequested) -> Content:
    """Which one; its link is minted when the mail is sent."""
    return {"password_reset_id": str(event.password_reset_id)}


def _password_changed(_: Work, event: PasswordChanged) -> Content:
    return {
        "brand": event.brand.model_dump(),
        "changed_at": formats.moment(event.changed_at, "UTC"),
        "url": notifications_settings().link(event.portal_slug or OFFICE, "password"),
    }


def _portals(work: Work, event: PortalsRequested) -> Content:
    found = work.ask(GetContactPortals(contact_id=event.person_id))
    link = notifications_settings().link
    return {
        "brand": Brand(name=found.company_name, colour=found.portals[0].brand.colour).model_dump(),
        "company": found.company_name,
        "portals": [{"name": portal.brand.name, "url": link(portal.slug)} for portal in found.portals],
    }


def _receipt(work: Work, event: PaymentSucceeded) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    preferences = notifications_settings().link(branch.slug, "preferences")
    return {**_payment(branch, event), "preferences_url": preferences if event.payer_id else None}


def _of_payer(work: Work, event: OfPayer) -> Content:
    return _payment(work.ask(GetBranch(branch_id=event.branch_id)), event)


def _payment_refunded(work: Work, event: PaymentRefunded) -> Content:
    refund = event.refund
    return {
        **_of_payer(work, event),
        "amount": formats.amount(refund.amount),
        "fee_back": formats.amount(refund.fee) if refund.fee.amount else None,
    }


def _payment_reversed(work: Work, event: PaymentReversed) -> Content:
    return {**_of_payer(work, event), "amount": formats.amount(event.payment.reversed or event.payment.total)}


def _payment_disputed(work: Work, event: PaymentDisputed) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event.payment),
        "is_held": event.payment.status == "disputed",
        "respond_by": formats.moment(event.respond_by, branch.time_zone) if event.respond_by else None,
        "url": notifications_settings().link(OFFICE, "payments", event.payment.id),
    }


def _payment(branch: BranchView, event: OfPayer) -> Content:
    """What the payer is told; a guest has no page to see it on."""
    url = notifications_settings().link(branch.slug, "payments", event.payment.id)
    return {**_facts(branch, event.payment), "url": url if event.payer_id else None}


def _facts(branch: BranchView, payment: PaymentView) -> Content:
    return {
        "brand": branch.brand.model_dump(),
        "number": payment.number,
        "paid_at": formats.moment(payment.created_at, branch.time_zone),
        "payer": payment.payer,
        "method": f"{payment.method_brand.title()} ending in {payment.method_last4}",
        "invoices": [
            {"number": each.invoice_number, "amount": formats.amount(each.amount)} for each in payment.allocations
        ],
        "fee": formats.amount(payment.fee) if payment.fee.amount else None,
        "total": formats.amount(payment.total),
        "reason": payment.decline_reason,
    }


def _mandate(work: Work, event: MandateAccepted) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        "brand": branch.brand.model_dump(),
        "account": f"{event.bank.title()} ending in {event.last4}",
        "text": event.text,
        "accepted_at": formats.moment(event.accepted_at, branch.time_zone),
        "ip": event.ip,
        "user_agent": event.user_agent,
        "url": notifications_settings().link(branch.slug, "payment-methods"),
    }


def _proposal_signed(work: Work, event: ProposalSigned) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        "brand": branch.brand.model_dump(),
        "kind": KINDS[event.kind],
        "number": event.number,
        "title": event.title,
        "property": event.property.name,
        "signed_by": event.signed_by,
        "signed_at": formats.moment(event.signed_at, branch.time_zone),
        "total": formats.amount(event.total),
        "url": notifications_settings().link("office", "proposals", event.proposal_id),
    }


def _request_created(work: Work, event: RequestCreated) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    request = event.request
    return {
        "brand": branch.brand.model_dump(),
        "number": request.number,
        "title": request.title,
        "description": request.description,
        "property": request.property.name,
        "created_by": request.created_by,
        "created_at": formats.moment(request.created_at, branch.time_zone),
        "url": notifications_settings().link("office", "requests", request.id),
    }


_CONTENTS: dict[Template, Callable[[Work, Any], Content]] = {
    "invitation": _invitation,
    "login_code": _login_code,
    "portals": _portals,
    "password_reset": _password_reset,
    "password_changed": _password_changed,
    "receipt": _receipt,
    "payment_processing": _of_payer,
    "payment_failed": _of_payer,
    "payment_refunded": _payment_refunded,
    "payment_reversed": _payment_reversed,
    "payment_disputed": _payment_disputed,
    "mandate": _mandate,
    "proposal_signed": _proposal_signed,
    "request_created": _request_created,
}
