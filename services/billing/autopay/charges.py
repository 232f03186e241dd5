"""An attempt of a run: checked under the invoice's lock, written down, and charged as any other payment is."""

from uuid import UUID

from sqlalchemy import select

from services.billing import payments, settlement
from services.billing.autopay import branches, cases, outcomes, pace, plans, telling
from services.billing.autopay.cases import Case, Obstacle
from services.billing.autopay_models import Attempt, Run
from services.billing.models import Payment
from services.billing.payments import Draft
from services.chassis.work import Steps, Work
from services.contracts.messages import new_id


def charge(work: Work, attempt_id: UUID) -> Steps[None]:
    """Charges what is due, once: from its first commit on it is a payment, which is brought to its end in any case."""
    taken = _taken(work, attempt_id)
    if taken and taken[1].obstacle == "open_attempt":
        # Whoever only holds a link could otherwise keep a debit waiting by beginning payments and leaving them.
        yield from settlement.make_way(work, [taken[1].debt.invoice_id])
        taken = _taken(work, attempt_id)
    if taken is None:
        return
    attempt, case = taken
    obstacle = case.obstacle
    if obstacle:
        _leave(work, attempt, case, obstacle)
        return
    yield from settlement.proceed(work, _begin(work, attempt, case), pace.at_pace)
    outcomes.follow(work, attempt_id)


def _taken(work: Work, attempt_id: UUID) -> tuple[Attempt, Case] | None:
    """The attempt, if it is still to be made and no other replica makes it, and all that decides on it, locked."""
    queued = (
        select(Attempt, Run.branch_id)
        .join(Run, Run.id == Attempt.run_id)
        .where(Attempt.id == attempt_id, Attempt.state == "queued", Attempt.next_at <= work.now)
        .with_for_update(of=Attempt, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = work.session.execute(queued).one_or_none()
    if found is None:
        return None
    attempt, branch_id = found
    return attempt, cases.of(work, attempt.invoice_id, branches.portal_of(work, branch_id), lock=True)


def _begin(work: Work, attempt: Attempt, case: Case) -> Payment:
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
    payment = payments.write_down(work, draft)
    attempt.begin(payment_id, charge.total.amount)
    return payment


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
