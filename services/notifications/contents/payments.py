"""What mails about payments and mandates tell."""

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
from services.contracts.identity.portals import BranchView, GetBranch
from services.notifications import formats
from services.notifications.contents.shape import OFFICE, Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

OfPayer = PaymentProcessing | PaymentFailed | PaymentSucceeded | PaymentRefunded | PaymentReversed


def _receipt(work: Work, event: PaymentSucceeded) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    preferences = notifications_settings().link(branch.slug, "preferences")
    wanted = event.payer_id is not None and not event.payment.by_autopay
    return {**_payment(branch, event), "preferences_url": preferences if wanted else None}


def _of_payer(work: Work, event: OfPayer) -> Content:
    return _payment(work.ask(GetBranch(branch_id=event.branch_id)), event)


def _guest_paid(work: Work, event: PaymentSucceeded) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_facts(branch, event.payment),
        "url": notifications_settings().link(branch.slug, "payments", event.payment.id),
    }


def _payment_processing(work: Work, event: PaymentProcessing) -> Content:
    return {**_of_payer(work, event), "mandate": event.mandate}


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
        "by_autopay": payment.by_autopay,
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


CONTENTS: dict[Template, Contents] = {
    "receipt": _receipt,
    "payment_processing": _payment_processing,
    "payment_failed": _of_payer,
    "payment_refunded": _payment_refunded,
    "payment_reversed": _payment_reversed,
    "payment_disputed": _payment_disputed,
    "guest_paid": _guest_paid,
    "mandate": _mandate,
}
