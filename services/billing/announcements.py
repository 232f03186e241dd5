"""What is told to the other services of a payment, with all that is known of it."""

from typing import Any

from services.billing import views
from services.billing.models import Allocation, Payment
from services.billing.refund_models import Dispute, Refund
from services.chassis.work import Work
from services.contracts.billing.payments import (
    PaymentDisputed,
    PaymentFailed,
    PaymentProcessing,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
)

OfPayer = PaymentProcessing | PaymentFailed | PaymentSucceeded | PaymentReversed


def tell_payer(
    work: Work, kind: type[OfPayer], payment: Payment, paid: list[Allocation] | None = None, **more: Any
) -> None:
    """An event of which the payer is told; `more` is what only this kind of event says.

    `paid` is what a payment that has just moved paid, where that is at hand: it is not read again.
    """
    work.announce(
        kind(
            company_id=payment.company_id,
            version=payment.version,
            payment=views.payment_view(work, payment) if paid is None else views.just_paid(payment, paid),
            payer_id=payment.payer_id,
            payer_email=payment.payer_email,
            branch_id=payment.branch_id,
            **more,
        )
    )


def refunded(work: Work, payment: Payment, refund: Refund) -> None:
    """Money goes back."""
    work.announce(
        PaymentRefunded(
            company_id=payment.company_id,
            version=payment.version,
            payment=views.payment_view(work, payment),
            refund=views.refund_view(refund, payment.currency),
            payer_id=payment.payer_id,
            payer_email=payment.payer_email,
            branch_id=payment.branch_id,
        )
    )


def disputed(work: Work, payment: Payment, dispute: Dispute) -> None:
    """The office has to answer."""
    work.announce(
        PaymentDisputed(
            company_id=payment.company_id,
            version=payment.version,
            payment=views.payment_view(work, payment),
            branch_id=payment.branch_id,
            respond_by=dispute.respond_by,
        )
    )
