"""An attempt of a run: checked under the invoice's lock, written down, and charged as any other payment is."""

from uuid import UUID

from sqlalchemy import select

from services.billing import payments, settlement
from services.billing.autopay import branches, cases, outcomes, pace, plans, telling
from services.billing.autopay.cases import Case, Obstacle
from services.billing.autopay_models import Attempt, Run
from services.billing.payments import Draft
from services.chassis.work import Steps, Work
from services.contracts.messages import new_id


def charge(work: Work, attempt_id: UUID) -> Steps[None]:
    """Charges what is due, once: from its first commit on it is a payment, which is brought to its end in any case."""
    queued = select(Attempt).where(Attempt.id == attempt_id, Attempt.state == "queued", Attempt.next_at <= work.now)
    invoice_id = work.session.scalar(queued.with_only_columns(Attempt.invoice_id))
    if invoice_id is None:
        return
    # Whoever only holds a link could otherwise keep a debit waiting by beginning payments and leaving them.
    yield from settlement.make_way(work, [invoice_id])
    attempt = work.session.scalar(queued.with_for_update(skip_locked=True))
    if attempt is None:
        return
    portal = branches.portal_of(work, work.session.get_one(Run, attempt.run_id).branch_id)
    case = cases.of(work, attempt.invoice_id, portal, lock=True)
    obstacle = case.obstacle
    if obstacle:
        _leave(work, attempt, case, obstacle)
        return
    payment_id = _begin(work, attempt, case)
    yield from settlement.carry_out(work, payment_id, pace.at_pace)
    outcomes.follow(work, attempt_id)


def _begin(work: Work, attempt: Attempt, case: Case) -> UUID:
    """Writes the payment down, before the provider hears of it."""
    payment_id, charge = new_id(), case.charge
    draft = Draft(
        payment_id=payment_id,
        payer_id=case.autopay.authorized_by_id,
        payer=case.autopay.authorized_by,
        portal=case.portal,
        method=case.method,
        charge=charge,
        debts=[case.debt],
        return_url="",
        by_autopay=True,
    )
    payments.write_down(work, draft)
    work.session.flush()
    attempt.begin(payment_id, charge.total.amount)
    return payment_id


def _leave(work: Work, attempt: Attempt, case: Case, obstacle: Obstacle) -> None:
    """Charges nothing, and says what becomes of the invoice."""
    debit, autopay, invoice = case.debit, case.autopay, case.invoice
    waits = obstacle in ("open_attempt", "electronic_payments", "more_than_announced")
    attempt.finish("waiting" if waits else "dropped", work.now, obstacle)
    if obstacle == "more_than_announced":
        plans.announce_anew(work, autopay, debit, invoice)
    elif waits:
        plans.put_off(work, autopay, debit)
    elif obstacle in ("paid", "below_minimum"):
        debit.leave("settled")
    elif obstacle == "over_cap":
        assert autopay.cap
        debit.leave("over_cap")
        telling.withheld(work, autopay, invoice, autopay.cap)
    elif obstacle != "skipped":
        debit.leave("stopped")
    if obstacle == "method":
        assert case.method_problem
        outcomes.pause(work, autopay.id, case.method_problem.message)
        telling.declined(work, autopay, invoice, invoice.balance, case.method_problem.message, None)
