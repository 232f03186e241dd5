"""What mails about payments tell."""

from services.chassis.work import Work
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
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office, in_portal, method
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings

OfPayer = PaymentProcessing | PaymentFailed | PaymentSucceeded | PaymentRefunded | PaymentReversed


def _receipt(work: Work, event: PaymentSucceeded) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {**_payment(branch, event), "is_wished": event.payer_id is not None and not event.payment.by_autopay}


def _of_payer(work: Work, event: OfPayer) -> Content:
    return _payment(work.ask(GetBranch(branch_id=event.branch_id)), event)


def _guest_paid(work: Work, event: PaymentSucceeded) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_portal(branch),
        **_facts(event.payment),
        "url": notifications_settings().link(branch.slug, "payments", event.payment.id),
    }


def _payment_processing(work: Work, event: PaymentProcessing) -> Content:
    return {**_of_payer(work, event), "mandate": event.mandate}


def _payment_refunded(work: Work, event: PaymentRefunded) -> Content:
    refund = event.refund
    return {
        **_of_payer(work, event),
        "amount": refund.amount,
        "fee_back": refund.fee if refund.fee.amount else None,
    }


def _payment_reversed(work: Work, event: PaymentReversed) -> Content:
    return {**_of_payer(work, event), "amount": event.payment.reversed or event.payment.total}


def _payment_disputed(work: Work, event: PaymentDisputed) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **in_office(branch),
        **_facts(event.payment),
        "is_held": event.payment.status == "disputed",
        "respond_by": event.respond_by,
        "url": notifications_settings().link(OFFICE, "payments", event.payment.id),
    }


def _payment(branch: BranchView, event: OfPayer) -> Content:
    """What the payer is told; a guest has no page to see it on."""
    if event.payer_id is None:
        return {**in_office(branch), **_facts(event.payment), "url": None}
    url = notifications_settings().link(branch.slug, "payments", event.payment.id)
    return {**in_portal(branch), **_facts(event.payment), "url": url}


def _facts(payment: PaymentView) -> Content:
    return {
        "number": payment.number,
        "paid_at": payment.created_at,
        "payer": payment.payer,
        "method": method(payment.method_brand, payment.method_last4),
        "invoices": [{"number": each.invoice_number, "amount": each.amount} for each in payment.allocations],
        "fee": payment.fee if payment.fee.amount else None,
        "total": payment.total,
        "because": payment.decline_reason,
        "by_autopay": payment.by_autopay,
    }


CONTENTS: dict[Template, Contents] = {
    "receipt": _receipt,
    "payment_processing": _payment_processing,
    "payment_failed": _of_payer,
    "payment_refunded": _payment_refunded,
    "payment_reversed": _payment_reversed,
    "payment_disputed": _payment_disputed,
    "guest_paid": _guest_paid,
}
