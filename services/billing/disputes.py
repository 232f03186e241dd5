"""Disputes: read at the provider whenever it tells of one, so that order and repetition do not matter.

The return of a bank debit that had succeeded comes as a dispute that is lost from the start.
"""

from sqlalchemy import select

from services.billing import announcements, books, processor, settlement
from services.billing.announcements import tell_payer
from services.billing.models import Payment
from services.billing.processor import ToldDispute
from services.billing.refund_models import Dispute
from services.chassis.work import Steps, Work
from services.contracts.billing.payments import PaymentReversed
from services.contracts.messages import new_id


def apply(work: Work, account: str, provider_id: str) -> Steps[bool]:
    """Brings a dispute up to date; answers whether it is of one of our payments."""
    told = yield lambda: processor.read_dispute(account, provider_id)
    payment = yield from settlement.moved_by(work, account, told.intent_id)
    if payment is None:
        return False
    settle(work, payment, told)
    return True


def settle(work: Work, payment: Payment, told: ToldDispute) -> None:
    """Takes over what the provider says, under the payment's lock. Said again, it changes nothing."""
    dispute, is_new = _row(work, payment, told)
    if dispute.closed_at is not None:
        return
    dispute.respond_by = told.respond_by
    was_open = dispute.withdrawn_at is not None
    if told.is_withdrawn and not was_open:
        dispute.amount = told.amount
        dispute.withdraw(work.now)
        books.hold(work, payment, dispute)
    if told.outcome:
        _close(work, payment, dispute, told.outcome)
    elif is_new or (told.is_withdrawn and not was_open):
        announcements.disputed(work, payment, dispute)


def _close(work: Work, payment: Payment, dispute: Dispute, outcome: processor.DisputeOutcome) -> None:
    dispute.close(outcome, work.now)
    if dispute.withdrawn_at is None:
        return
    if outcome == "lost":
        books.lose(work, payment, dispute)
        tell_payer(work, PaymentReversed, payment)
    else:
        books.win(work, payment, dispute)


def _row(work: Work, payment: Payment, told: ToldDispute) -> tuple[Dispute, bool]:
    """The dispute as it was known until now, and whether it was not."""
    known = select(Dispute).where(Dispute.provider_id == told.id).execution_options(populate_existing=True)
    dispute = work.session.scalar(known)
    if dispute:
        return dispute, False
    dispute = Dispute(
        id=new_id(),
        company_id=payment.company_id,
        payment_id=payment.id,
        provider_id=told.id,
        state="inquiry",
        amount=told.amount,
        reason=told.reason,
        opened_at=work.now,
    )
    work.session.add(dispute)
    return dispute, True
