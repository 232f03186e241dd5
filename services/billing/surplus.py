"""What a payment brought beyond what was owed: it is the customer's credit, for as long as it is free."""

from sqlalchemy import func, select

from services.billing.models import Entry, Payment, Posting
from services.billing.refund_models import Dispute, Refund
from services.chassis.work import Work


def free(work: Work, payment: Payment) -> int:
    """What of the payment is still unapplied credit, in minor units."""
    of_payment = Entry.subject_id == payment.id
    of_refund = Entry.subject_id.in_(select(Refund.id).where(Refund.payment_id == payment.id))
    of_dispute = Entry.subject_id.in_(select(Dispute.id).where(Dispute.payment_id == payment.id))
    owed = (
        select(func.coalesce(-func.sum(Posting.amount), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Posting.account == "unapplied_credit", of_payment | of_refund | of_dispute)
    )
    return int(work.session.scalar(owed) or 0)
