"""Payments that the provider knows and these books do not, because they were restored from before: taken in again.

What was left on the intent says which invoices it pays. Who paid is told by an id alone, so that the customer's name
stands for theirs; a guest is not known any more.
"""

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.billing import payables
from services.billing.method_models import PaymentMethod
from services.billing.models import Allocation, Invoice, Merchant, Payment
from services.billing.processor import Intent, Memo, Origin
from services.chassis.numbers import next_number
from services.chassis.work import Work

log = structlog.get_logger()


def known(work: Work, intent: Intent) -> Payment | None:
    """The payment of an intent, locked; None where these books have none.

    One that moved to the provider's page since goes by the page's intent from now on: that was made when the one in
    the fields was closed.
    """
    payment = work.session.get(Payment, intent.payment_id, with_for_update=True) if intent.payment_id else None
    if payment and intent.is_hosted and not payment.is_hosted and payment.is_untouched:
        payment.is_hosted, payment.intent_id = True, intent.id
    return payment


def take_in(work: Work, intent: Intent) -> Payment | None:
    """Writes down the payment of an intent of ours, to be settled; None where nothing is left to be known of it.

    That is where it was closed before it charged, where these books know none of its invoices, or where what it says
    does not go together.
    """
    origin = intent.origin
    found = _invoices(work, origin) if origin and intent.state != "canceled" else []
    if origin is None or not found:
        return None
    # Whoever heard of it at the same time has held the invoices until now.
    return known(work, intent) or _written(work, intent, origin, found)


def _written(work: Work, intent: Intent, origin: Origin, found: Sequence[Invoice]) -> Payment | None:
    try:
        with work.session.begin_nested():
            payment = _payment(work, intent, origin, found)
            work.session.add(payment)
            work.session.flush()
            work.session.add_all(_allocations(work, intent, origin.memo, found))
    except IntegrityError as error:
        # Its id is of another company's payment, or its intent is of another payment: that is not what we wrote.
        log.warning("an intent is of no payment of its company", intent_id=intent.id, error=type(error).__name__)
        return None
    log.warning("a payment that was lost is taken in", payment_id=str(payment.id), intent_id=intent.id)
    return payment


def _invoices(work: Work, origin: Origin) -> Sequence[Invoice]:
    """Those that are known here, locked as whoever pays them locks them; none where one payment cannot be of all."""
    named = select(Invoice).where(Invoice.id.in_([part.invoice_id for part in origin.memo.parts])).order_by(Invoice.id)
    found = work.session.scalars(named.with_for_update(key_share=True)).all()
    can_be = len({each.customer_id for each in found}) == 1 and {each.currency for each in found} == {origin.currency}
    return found if can_be else []


def _payment(work: Work, intent: Intent, origin: Origin, found: Sequence[Invoice]) -> Payment:
    memo, invoice = origin.memo, found[0]
    fee = sum(part.fee for part in memo.parts)
    return Payment(
        id=memo.payment_id,
        company_id=work.company_id,
        status="created",
        branch_id=invoice.branch_id,
        time_zone=invoice.time_zone,
        customer_id=invoice.customer_id,
        property_ids=sorted({each.property_id for each in found if each.property_id}),
        is_guest=not origin.customer,
        is_hosted=intent.is_hosted,
        payer_id=memo.payer_id,
        payer=invoice.customer["name"],
        by_autopay=memo.by_autopay,
        currency=origin.currency,
        subtotal=origin.amount - fee,
        fee=fee,
        fee_is_kept=memo.keeps_fee,
        payment_method_id=_method_id(work, origin),
        method_type=origin.method_type,
        method_brand=intent.brand,
        method_last4=intent.last4,
        account=work.session.get_one(Merchant, work.company_id).payment_account,
        provider_customer=origin.customer,
        provider_method=origin.method,
        return_url="",
        intent_id=intent.id,
        created_at=origin.created_at,
        next_check_at=work.now,
        number=next_number(work, "PAY", invoice.time_zone),
    )


def _method_id(work: Work, origin: Origin) -> UUID | None:
    """The kept method, unless it was added after these books' moment."""
    return work.session.scalar(select(PaymentMethod.id).where(PaymentMethod.provider_id == origin.method).limit(1))


def _allocations(work: Work, intent: Intent, memo: Memo, found: Sequence[Invoice]) -> list[Allocation]:
    """One that may still charge holds its invoices, but for those that another holds."""
    numbers = {each.id: each.number for each in found}
    held = payables.open_attempts(work, list(numbers))
    return [
        Allocation(
            payment_id=memo.payment_id,
            invoice_id=part.invoice_id,
            company_id=work.company_id,
            invoice_number=numbers[part.invoice_id],
            amount=part.amount,
            fee=part.fee,
            is_open=intent.state != "succeeded" and part.invoice_id not in held,
        )
        for part in memo.parts
        if part.invoice_id in numbers
    ]
