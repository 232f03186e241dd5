"""What autopay will debit: each invoice planned for a day, and announced where its amount varies."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select, update

from services.billing import autopay_rules
from services.billing.autopay import subjects, telling, views
from services.billing.autopay_models import Autopay, Debit
from services.billing.method_models import PaymentMethod
from services.billing.models import Invoice
from services.chassis.work import Work

BATCH = 200
"""How many invoices of one autopay are planned in one transaction."""

_COUNTING = ("planned", "queued", "charged")


def plan(work: Work, autopay_id: UUID) -> None:
    """Plans what has come since the last time."""
    due = select(Autopay).where(Autopay.id == autopay_id, Autopay.status == "on", Autopay.next_plan_at <= work.now)
    autopay = work.session.scalar(due.with_for_update(skip_locked=True))
    if autopay is not None:
        plan_now(work, autopay)


def plan_now(work: Work, autopay: Autopay) -> None:
    """Gives each invoice that falls due soon its day, and tells of those that vary; the autopay's row is locked."""
    invoices, today = _unplanned(work, autopay), work.today(autopay.time_zone)
    previous, varying = _previous(work, autopay), []
    for invoice in invoices:
        announced_now = autopay_rules.must_be_told(invoice.balance, previous, invoice.due_on, today)
        debit = _debit(work, autopay, invoice, announced_now=announced_now)
        work.session.add(debit)
        if announced_now:
            varying.append((debit, invoice))
        previous = invoice.balance
    work.session.flush()
    announce(work, autopay, varying)
    autopay.next_plan_at = work.now if len(invoices) == BATCH else work.now + autopay_rules.PLAN_EVERY


def announce(work: Work, autopay: Autopay, debits: Sequence[tuple[Debit, Invoice]]) -> None:
    """Tells of debits, if there are any."""
    if debits:
        method = work.session.get_one(PaymentMethod, autopay.payment_method_id)
        telling.announced(work, autopay, method, views.debit_views(autopay, debits))


def announce_anew(work: Work, autopay: Autopay, debit: Debit, invoice: Invoice) -> None:
    """It has come to more than was told: it is told again, and waits again."""
    day = autopay_rules.charge_day(invoice.due_on, work.now, autopay.time_zone, announced_now=True)
    debit.amount, debit.noticed_at = invoice.balance, work.now
    debit.plan(day, autopay_rules.morning(day, autopay.time_zone))
    announce(work, autopay, [(debit, invoice)])


def put_off(work: Work, autopay: Autopay, debit: Debit) -> None:
    """Another run of tomorrow's."""
    day = work.today(autopay.time_zone) + timedelta(days=1)
    debit.plan(day, autopay_rules.morning(day, autopay.time_zone))


def renew(work: Work, autopay: Autopay) -> None:
    """Takes up again what had stopped for want of another method or another cap, from tomorrow on."""
    stopped = (
        select(Debit, Invoice)
        .join(Invoice, Invoice.id == Debit.invoice_id)
        .where(Debit.autopay_id == autopay.id, Debit.state.in_(("stopped", "over_cap")))
        .where(subjects.invoices_of(autopay))
        .with_for_update(of=Debit)
    )
    for debit, invoice in work.session.execute(stopped):
        debit.declines, debit.declined_on = 0, None
        if invoice.balance > debit.amount:
            announce_anew(work, autopay, debit, invoice)
            continue
        day = max(debit.charge_on, work.today(autopay.time_zone) + timedelta(days=1))
        debit.plan(day, autopay_rules.morning(day, autopay.time_zone))


def forget(work: Work, autopay: Autopay) -> None:
    """Nothing of it is planned any more."""
    planned = update(Debit).where(Debit.autopay_id == autopay.id, Debit.state == "planned")
    work.session.execute(planned.values(state="stopped", due_at=None))


def _unplanned(work: Work, autopay: Autopay) -> Sequence[Invoice]:
    until = work.today(autopay.time_zone) + autopay_rules.PLAN_AHEAD
    found = select(Invoice).where(
        subjects.invoices_of(autopay),
        Invoice.due_on <= until,
        ~exists().where(Debit.invoice_id == Invoice.id),
    )
    return work.session.scalars(found.order_by(Invoice.due_on, Invoice.id).limit(BATCH)).all()


def _previous(work: Work, autopay: Autopay) -> int | None:
    """The amount of the debit before, as far as this authorization goes."""
    found = select(Debit.amount).where(
        Debit.autopay_id == autopay.id, Debit.state.in_(_COUNTING), Debit.charge_on >= autopay.authorized_on
    )
    return work.session.scalar(found.order_by(Debit.charge_on.desc(), Debit.invoice_id.desc()).limit(1))


def _debit(work: Work, autopay: Autopay, invoice: Invoice, *, announced_now: bool) -> Debit:
    day = autopay_rules.charge_day(invoice.due_on, work.now, autopay.time_zone, announced_now=announced_now)
    return Debit(
        invoice_id=invoice.id,
        company_id=work.company_id,
        autopay_id=autopay.id,
        branch_id=autopay.branch_id,
        state="planned",
        amount=invoice.balance,
        charge_on=day,
        due_at=autopay_rules.morning(day, autopay.time_zone),
        noticed_at=work.now if announced_now else None,
    )
