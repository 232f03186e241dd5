"""What becomes of an attempt's payment: charged, at the bank, or declined, and then what happens next."""

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import select

from services.billing import autopay_rules
from services.billing.autopay import plans, telling
from services.billing.autopay_models import WORKED_ON, Attempt, Autopay, Debit
from services.billing.models import Invoice, Payment
from services.chassis.work import Work
from services.contracts.principals import PaymentMethodType


def follow(work: Work, attempt_id: UUID) -> None:
    """Takes over how the payment stands; said again, it changes nothing."""
    found = (
        select(Attempt, Debit, Payment)
        .join(Debit, Debit.invoice_id == Attempt.invoice_id)
        .join(Payment, Payment.id == Attempt.payment_id)
        .where(Attempt.id == attempt_id, Attempt.state.in_(WORKED_ON))
        .with_for_update(of=Attempt, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    row = work.session.execute(found).one_or_none()
    if row is None:
        return
    attempt, debit, payment = row
    if payment.has_moved:
        attempt.finish("charged", work.now)
        debit.leave("charged")
    elif payment.status == "processing" and attempt.state == "charging":
        attempt.finish("pending", work.now)
    elif payment.status == "failed":
        _failed(work, attempt, payment)


def _failed(work: Work, attempt: Attempt, payment: Payment) -> None:
    code, method_type = payment.decline_code or "card_declined", cast(PaymentMethodType, payment.method_type)
    meaning = autopay_rules.meaning(code, method_type, at_bank=attempt.state == "pending")
    if meaning == "again":
        attempt.defer(work.now + timedelta(seconds=autopay_rules.seconds_deferred(attempt.deferrals)))
        return
    attempt.finish("failed", work.now, code)
    autopay = _locked(work, _debit(work, attempt).autopay_id)
    debit = _debit(work, attempt)
    today = work.today(autopay.time_zone)
    debit.tries, debit.declines = attempt.number, debit.declines + 1
    debit.declined_on = debit.declined_on or today
    invoice = work.session.get_one(Invoice, attempt.invoice_id)
    if autopay.status != "on":
        debit.leave("stopped")
        _tell(work, autopay, payment, invoice, None)
    elif payment.payment_method_id != autopay.payment_method_id:
        # Another method was chosen while this one was at the bank: it has not been tried yet, nor declined.
        debit.declines, debit.declined_on = 0, None
        plans.put_off(work, autopay, debit)
        _tell(work, autopay, payment, invoice, debit.charge_on)
    elif meaning == "hard":
        debit.leave("stopped")
        autopay.pause(payment.decline_reason or "The payment method was declined.")
        _tell(work, autopay, payment, invoice, None)
    else:
        _try_again_or_end(work, autopay, debit, payment, invoice, today)


def _try_again_or_end(
    work: Work, autopay: Autopay, debit: Debit, payment: Payment, invoice: Invoice, today: date
) -> None:
    assert debit.declined_on
    method_type = cast(PaymentMethodType, payment.method_type)
    day = autopay_rules.retry_day(method_type, debit.declines, debit.declined_on, today)
    if day is not None:
        debit.plan(day, autopay_rules.morning(day, autopay.time_zone))
        _tell(work, autopay, payment, invoice, day)
        return
    debit.leave("stopped")
    autopay.end()
    plans.forget(work, autopay)
    telling.used_up(work, autopay, payment, invoice)


def _tell(work: Work, autopay: Autopay, payment: Payment, invoice: Invoice, next_try_on: date | None) -> None:
    because = payment.decline_reason or "The payment was declined."
    telling.declined(work, autopay, invoice, payment.total, because, next_try_on)


def pause(work: Work, autopay_id: UUID, because: str) -> None:
    """Nothing is charged until the customer chooses another method."""
    _locked(work, autopay_id).pause(because)


def _locked(work: Work, autopay_id: UUID) -> Autopay:
    found = select(Autopay).where(Autopay.id == autopay_id).with_for_update()
    return work.session.scalars(found.execution_options(populate_existing=True)).one()


def _debit(work: Work, attempt: Attempt) -> Debit:
    return work.session.get_one(Debit, attempt.invoice_id, populate_existing=True)
