"""How an attempt comes to its end: charged, confirmed by the payer, declined, or asked about until it is known.

The intent is made unconfirmed and its id committed before it is confirmed. So an attempt without an id has
moved no money, and of every other the provider can be asked by that id.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, Literal, cast
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, select, update

from services.billing import books, declines, lost_payments, payables, payment_rules, processor
from services.billing.announcements import tell_payer
from services.billing.guest_models import GuestMandate
from services.billing.guests import breaker
from services.billing.models import Payment
from services.billing.processor import Intent, Order, ProviderError, ProviderRefused, RateLimited
from services.chassis.numbers import next_number
from services.chassis.wire import Unavailable
from services.chassis.work import Outside, Steps, Work
from services.contracts.billing.payments import PaymentFailed, PaymentProcessing, PaymentStatus, PaymentSucceeded
from services.contracts.principals import PaymentMethodType

log = structlog.get_logger()

ACTION_CHECK = timedelta(minutes=1)
PROCESSING_CHECK = timedelta(hours=1)
LATE_STATUSES: frozenset[PaymentStatus] = frozenset({"processing", "unknown"})
"""A payer who has seen one of these has left; a failure after it is mailed."""


Endpoint = Literal["create_payment", "confirm_payment"]
"""The provider's, of those that a payment needs; each has a limit of its own."""
Calling = Callable[[Work, Endpoint, Outside], Steps[Any]]
"""How a call to the provider is made."""


def _at_once(_: Work, __: Endpoint, call: Outside) -> Steps[Any]:
    """Somebody waits for the answer."""
    return (yield call)


def carry_out(work: Work, payment_id: UUID, calling: Calling = _at_once) -> Steps[None]:
    """Takes a created payment through the provider; leaves alone what is further on."""
    yield from proceed(work, locked(work, payment_id), calling)


def proceed(work: Work, payment: Payment, calling: Calling = _at_once) -> Steps[None]:
    """The same with a payment that is locked, or was written down in this transaction."""
    if payment.status == "created" and payment.intent_id is None:
        payment = yield from _introduce(work, payment, calling)
    if payment.status == "created" and payment.intent_id:
        yield from _confirm(work, payment, calling)


def _introduce(work: Work, payment: Payment, calling: Calling) -> Steps[Payment]:
    """Has the intent made, and keeps its id; where that fails nothing was charged. Answers the payment, locked."""
    payment_id, order = payment.id, _order(work, payment)
    try:
        intent_id = yield from calling(work, "create_payment", lambda: processor.create_payment(order))
    except ProviderError as error:
        log.warning("a payment could not be introduced", payment_id=str(payment_id), error=repr(error))
        payment = locked(work, payment_id)
        # Another run of the same command may have had more luck meanwhile.
        if payment.status == "created" and payment.intent_id is None:
            _fail(work, payment, _code(error))
        return payment
    return _introduced(work, payment_id, intent_id) or locked(work, payment_id)


def _introduced(work: Work, payment_id: UUID, intent_id: str) -> Payment | None:
    """The payment with its intent's id, locked by that; None where it is further on already."""
    keep = update(Payment).where(Payment.id == payment_id, Payment.status == "created").values(intent_id=intent_id)
    kept = keep.returning(Payment).execution_options(populate_existing=True)
    return work.session.scalars(kept).one_or_none()


def _confirm(work: Work, payment: Payment, calling: Calling) -> Steps[None]:
    payment_id, account, return_url = payment.id, payment.account, payment.return_url
    intent_id, away = payment.intent_id, payment.by_autopay
    assert intent_id

    def confirm() -> Intent:
        return processor.confirm_payment(account, intent_id, payment_id, return_url, off_session=away)

    try:
        intent = yield from calling(work, "confirm_payment", confirm)
    except ProviderError as error:
        log.warning("a payment's outcome is unknown", payment_id=str(payment_id), error=repr(error))
        payment = locked(work, payment_id)
        if payment.status == "created":
            payment.lose_sight(work.now + timedelta(seconds=payment_rules.seconds_to_next_check(0)))
        return
    settle(work, locked(work, payment_id), intent)


def reconcile(work: Work, payment_id: UUID) -> Steps[None]:
    """A payment whose outcome is due is asked about, and asked about again ever more seldom."""
    due = select(Payment).where(Payment.id == payment_id, Payment.next_check_at <= work.now)
    payment = work.session.scalar(due.with_for_update(skip_locked=True, key_share=True))
    if payment is None:
        return
    payment.postpone(work.now, payment_rules.seconds_to_next_check(payment.checks))
    yield from consult(work, payment_id)


def consult(work: Work, payment_id: UUID) -> Steps[None]:
    """Reads the payment at the provider and settles it; closes it there if nobody will carry it on."""
    payment = locked(work, payment_id)
    if not payment.is_at_provider:
        if _is_abandoned(work, payment):
            _fail(work, payment, "not_sent")
        return
    try:
        yield from _bring_up_to_date(work, payment)
        payment = locked(work, payment_id)
        if payment.is_open and _is_abandoned(work, payment):
            yield from _close(work, payment)
    except ProviderError as error:
        log.warning("a payment's outcome is still unknown", payment_id=str(payment_id), error=repr(error))


def make_way(work: Work, invoice_ids: Collection[UUID]) -> Steps[None]:
    """Closes the guests' attempts at these invoices that nobody has confirmed, so that one left lying blocks nobody."""
    try:
        for payment_id in payables.untouched_attempts(work, invoice_ids):
            yield from give_up(work, payment_id)
    except ProviderError as error:
        raise Unavailable from error


def give_up(work: Work, payment_id: UUID) -> Steps[None]:
    """Closes a guest's attempt that nobody has confirmed, so that another may begin; what is confirmed goes on.

    Raises ProviderError where the provider did not say so.
    """
    payment = locked(work, payment_id)
    if payment.is_untouched and not payment.is_at_provider:
        # Its intent may be in the making, but whoever makes it finds this and tells nobody its secret.
        _fail(work, payment, "canceled")
        return
    yield from _bring_up_to_date(work, payment)
    payment = locked(work, payment_id)
    if payment.is_untouched:
        yield from _close(work, payment)


def _bring_up_to_date(work: Work, payment: Payment) -> Steps[None]:
    """Takes over how the payment stands at the provider."""
    payment_id, account, intent_id, page = payment.id, payment.account, payment.intent_id, payment.hosted_session_id

    def read() -> Intent:
        if intent_id:
            return processor.read_payment(account, intent_id)
        assert page
        return processor.read_page(account, page)

    intent = yield read
    settle(work, locked(work, payment_id), intent)


def _close(work: Work, payment: Payment) -> Steps[None]:
    """Has the provider take no money for it any more, unless it already has."""
    payment_id, account, intent_id, page = payment.id, payment.account, payment.intent_id, payment.hosted_session_id

    def close() -> Intent:
        if page:
            return processor.close_page(account, page)
        assert intent_id
        return processor.cancel_payment(account, intent_id, payment_id)

    intent = yield close
    settle(work, locked(work, payment_id), intent)


def settle(work: Work, payment: Payment, intent: Intent) -> None:
    """Takes over what the provider says, under the payment's lock. Said again, it changes nothing."""
    payment.recognise(intent.id, intent.brand, intent.last4)
    if intent.state == "succeeded":
        if not payment.has_moved:
            _succeed(work, payment)
    elif not payment.is_open:
        return
    elif intent.state == "requires_action":
        if payment.status != "requires_action":
            payment.require_action(work.now + ACTION_CHECK)
    elif intent.state == "processing":
        if payment.status != "processing":
            _process(work, payment)
    elif intent.state == "canceled":
        _fail(work, payment, intent.decline_code or "canceled")
    elif intent.state == "declined" and not payment.is_untouched:
        # A guest whose card was declined still has the fields before them, and tries another one.
        _fail(work, payment, intent.decline_code or "card_declined")


def moved_by(work: Work, account: str, intent_id: str | None) -> Steps[Payment | None]:
    """Our payment that has moved money by this intent, locked; the provider is asked where that was not known.

    One on the hosted page is told its intent only then: what comes back of it may be heard of before its success.
    """
    if intent_id is None:
        return None
    if not has_moved(work, intent_id):
        intent = yield lambda: processor.read_payment(account, intent_id)
        settle_late(work, intent)
    return locked_where(work, Payment.intent_id == intent_id, Payment.succeeded_at.is_not(None))


def has_moved(work: Work, intent_id: str) -> bool:
    """Whether the intent is of a payment of ours that is known to have moved money."""
    moved = select(Payment.id).where(Payment.intent_id == intent_id, Payment.succeeded_at.is_not(None))
    return work.session.scalar(moved) is not None


def settle_late(work: Work, intent: Intent) -> bool:
    """Settles the payment that an intent belongs to; answers whether there is one. One that was lost is taken in."""
    payment = lost_payments.known(work, intent) or lost_payments.take_in(work, intent)
    if payment is None or not _is_of(intent, payment):
        return False
    settle(work, payment, intent)
    return True


def _is_of(intent: Intent, payment: Payment) -> bool:
    """Whether the payment goes by this intent. One that moved to the hosted page has left the fields' intent."""
    if payment.intent_id is not None:
        left = payment.is_hosted and not intent.is_hosted and intent.state == "canceled"
        return payment.intent_id == intent.id and not left
    return payment.is_hosted == intent.is_hosted


def _succeed(work: Work, payment: Payment) -> None:
    """Posts the money and says so."""
    parts = books.receive(work, payment)
    payment.succeed(work.now)
    if payment.is_guest:
        breaker.paid(work, payment.branch_id)
    tell_payer(work, PaymentSucceeded, payment, paid=parts)
    payment.receipt_number = next_number(work, "RCP", payment.time_zone)


def _process(work: Work, payment: Payment) -> None:
    """Neither paid nor failed for days; meanwhile the invoices are held."""
    payment.process(work.now + PROCESSING_CHECK)
    mandate = work.session.get(GuestMandate, payment.id) if payment.is_guest else None
    tell_payer(work, PaymentProcessing, payment, mandate=mandate.wording if mandate else None)


def _fail(work: Work, payment: Payment, code: str) -> None:
    """Lets go of the invoices, with a sentence for the payer; one who no longer waits for the answer is told."""
    waited = payment.status in LATE_STATUSES
    payment.fail(code, declines.sentence(code, payment.method_type))
    books.let_go(work, payment)
    if waited:
        tell_payer(work, PaymentFailed, payment)


def _code(error: ProviderError) -> str:
    """Our own decline code for a call that failed before anything was charged."""
    if isinstance(error, ProviderRefused):
        return "refused"
    return "busy" if isinstance(error, RateLimited) else "not_sent"


def _order(work: Work, payment: Payment) -> Order:
    return Order(
        payment_id=payment.id,
        account=payment.account,
        customer=payment.provider_customer,
        method=payment.provider_method,
        method_type=cast(PaymentMethodType, payment.method_type),
        amount=payment.total,
        currency=payment.currency,
        description=f"Payment {payment.number}",
        memo=books.memo(work, payment),
    )


def _is_abandoned(work: Work, payment: Payment) -> bool:
    return payment_rules.is_abandoned(payment.status, payment.created_at, work.now, by_guest=payment.is_guest)


def locked(work: Work, payment_id: UUID) -> Payment:
    """The payment as it is now, locked until the next commit."""
    found = locked_where(work, Payment.id == payment_id)
    assert found
    return found


def locked_where(work: Work, *conditions: ColumnElement[bool]) -> Payment | None:
    """The one payment of which this holds, likewise; None where there is none."""
    found = select(Payment).where(*conditions).execution_options(populate_existing=True)
    return work.session.scalars(found.with_for_update(key_share=True)).one_or_none()
