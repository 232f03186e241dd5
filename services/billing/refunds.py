"""Refunds: asked for by the office, made once at the provider, and taken back where they come back.

The row is committed before the provider hears of it, and its id is the idempotency key. One without an answer is
`unknown` until it is found, or not found, among the refunds of its payment at the provider.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from services.billing import access, announcements, books, declines, fees, payment_rules, processor, settlement, views
from services.billing.models import Payment
from services.billing.processor import ProviderError, ProviderRefused, ToldRefund
from services.billing.refund_models import Refund
from services.chassis.work import Steps, Work
from services.contracts.billing.payments import PaymentView, QuoteRefund, RefundPayment, RefundQuoteView
from services.contracts.errors import conflict, invalid, not_found
from services.contracts.messages import new_id
from services.contracts.money import Money

log = structlog.get_logger()

PENDING_CHECK = timedelta(hours=1)
ELSEWHERE = "payment provider"
"""Who asked for a refund that was made in the provider's own dashboard."""


def refund(work: Work, command: RefundPayment) -> Steps[PaymentView]:
    """Pays back, once, however often the command comes; it goes on where it was interrupted."""
    if work.session.get(Refund, command.id) is None:
        _begin(work, command)
    yield from _carry_out(work, command.id)
    return views.payment_view(work, work.session.get_one(Payment, command.payment_id))


def quote(work: Work, query: QuoteRefund) -> RefundQuoteView:
    """What would go back, and how much of that is fee."""
    access.office(work, "payments.read")
    payment = work.session.get(Payment, query.payment_id)
    if payment is None:
        raise not_found()
    left = _left(work, payment)
    amount = _amount(payment, query.amount, left.total)
    told = {"amount": amount, "fee": fees.fee_given_back(amount, left), "left": left.total}
    return RefundQuoteView(**{name: Money(amount=each, currency=payment.currency) for name, each in told.items()})


def _begin(work: Work, command: RefundPayment) -> None:
    """Checks everything under the payment's lock and writes the refund down, before the provider hears of it."""
    principal = access.office(work, "payments.write")
    payment = work.session.get(Payment, command.payment_id, with_for_update={"key_share": True})
    if payment is None:
        raise not_found()
    left = _left(work, payment)
    amount = _amount(payment, command.amount, left.total)
    fee = fees.fee_given_back(amount, left)
    work.session.add(_row(work, payment, command.id, amount, fee, principal.name, reopens=command.reopen))


def _left(work: Work, payment: Payment) -> fees.Left:
    """What can still be paid back; a conflict where that is nothing."""
    if payment.status != "succeeded":
        raise conflict("There is nothing here that can be paid back.", reason=payment.status)
    left = books.left(work, payment, fee_is_kept=payment.fee_is_kept)
    if left.total == 0:
        raise conflict("All of it is on its way back already.", reason="refunded")
    return left


def _amount(payment: Payment, chosen: Money | None, most: int) -> int:
    if chosen is None:
        return most
    if chosen.amount > most:
        raise invalid("This is more than can be paid back.", field="amount", reason="more_than_left")
    if chosen.amount <= 0:
        raise invalid("The amount must be positive.", field="amount", reason="not_positive")
    if chosen.currency != payment.currency:
        raise invalid(f"This payment was made in {payment.currency}.", field="amount", reason="currency")
    return chosen.amount


def _row(work: Work, payment: Payment, refund_id: UUID, amount: int, fee: int, by: str, *, reopens: bool) -> Refund:
    return Refund(
        id=refund_id,
        company_id=payment.company_id,
        payment_id=payment.id,
        status="created",
        amount=amount,
        fee=fee,
        reopens=reopens,
        requested_by=by,
        created_at=work.now,
        next_check_at=work.now + payment_rules.LIVE_FOR + timedelta(seconds=1),
    )


def _carry_out(work: Work, refund_id: UUID) -> Steps[None]:
    """Has the provider make it; leaves alone what is further on. What came offline goes back offline, at once."""
    payment, row = _locked(work, refund_id)
    if row.status != "created":
        return
    if payment.is_offline:
        _post(work, payment, row, "succeeded")
        return
    account, intent_id, amount = payment.account, payment.intent_id, row.amount
    assert intent_id
    try:
        told = yield lambda: processor.create_refund(account, intent_id, refund_id, amount)
    except ProviderError as error:
        log.warning("a refund's outcome is not known", refund_id=str(refund_id), error=repr(error))
        payment, row = _locked(work, refund_id)
        if row.status == "created" and isinstance(error, ProviderRefused):
            row.fail(declines.refund_sentence("refused"))
        elif row.status == "created":
            row.lose_sight(work.now + timedelta(seconds=payment_rules.seconds_to_next_check(0)))
        return
    settle(work, *_locked(work, refund_id), told)


def reconcile(work: Work, refund_id: UUID) -> Steps[None]:
    """A refund whose outcome is due is looked for at the provider, ever more seldom."""
    due = select(Refund).where(Refund.id == refund_id, Refund.next_check_at <= work.now)
    row = work.session.scalar(due.with_for_update(skip_locked=True))
    if row is None:
        return
    row.postpone(work.now, payment_rules.seconds_to_next_check(row.checks))
    payment = work.session.get_one(Payment, row.payment_id)
    account, intent_id = payment.account, payment.intent_id
    assert intent_id
    try:
        told = yield lambda: processor.find_refund(account, intent_id, refund_id)
    except ProviderError as error:
        log.warning("a refund's outcome is still unknown", refund_id=str(refund_id), error=repr(error))
        return
    payment, row = _locked(work, refund_id)
    if told:
        settle(work, payment, row, told)
    elif row.posted_at is None and work.now - row.created_at > payment_rules.LIVE_FOR:
        row.fail(declines.refund_sentence("not_sent"))


def settle(work: Work, payment: Payment, row: Refund, told: ToldRefund) -> None:
    """Takes over what the provider says, under the payment's lock. Said again, it changes nothing."""
    if row.is_final:
        return
    row.provider_id = told.id
    if told.state == "failed":
        was_posted = row.posted_at is not None
        row.fail(declines.refund_sentence(told.failure_code))
        if was_posted:
            books.take_again(work, payment, row)
    elif row.posted_at is None:
        _post(work, payment, row, told.state)
    elif told.state == "succeeded":
        row.arrive()
    row.next_check_at = work.now + PENDING_CHECK if row.status == "pending" else None


def _post(work: Work, payment: Payment, row: Refund, status: processor.RefundState) -> None:
    row.post("pending" if status == "pending" else "succeeded", work.now)
    books.pay_back(work, payment, row)
    announcements.refunded(work, payment, row)


def apply(work: Work, account: str, provider_id: str) -> Steps[bool]:
    """Brings a refund that a webhook tells of up to date; answers whether it is of one of our payments.

    One that was made in the provider's dashboard is taken into the books too: the money has left.
    """
    told = yield lambda: processor.read_refund(account, provider_id)
    payment = yield from settlement.moved_by(work, account, told.intent_id)
    if payment is None:
        return False
    row = _known(work, payment, told) or _adopt(work, payment, told)
    if row:
        settle(work, payment, row, told)
    return row is not None


def _known(work: Work, payment: Payment, told: ToldRefund) -> Refund | None:
    ours = select(Refund).where(Refund.payment_id == payment.id).execution_options(populate_existing=True)
    rows = work.session.scalars(ours).all()
    return next((each for each in rows if each.provider_id == told.id or each.id == told.refund_id), None)


def _adopt(work: Work, payment: Payment, told: ToldRefund) -> Refund | None:
    if told.state == "failed":
        return None
    fee = fees.fee_given_back(told.amount, books.left(work, payment, fee_is_kept=payment.fee_is_kept))
    row = _row(work, payment, _own_id(work, told), told.amount, fee, ELSEWHERE, reopens=False)
    work.session.add(row)
    return row


def _own_id(work: Work, told: ToldRefund) -> UUID:
    """The one we gave it, where these books were restored from before it: its command sent again finds it done."""
    own = told.refund_id
    return own if own and work.session.get(Refund, own) is None else new_id()


def _locked(work: Work, refund_id: UUID) -> tuple[Payment, Refund]:
    """The refund as it is now, with its payment, whose lock is that of all its refunds."""
    payment_id = work.session.get_one(Refund, refund_id).payment_id
    payment = settlement.locked(work, payment_id)
    return payment, work.session.get_one(Refund, refund_id, populate_existing=True)
