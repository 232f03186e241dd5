"""Runs: opened for each branch's day, filled with what is due, and watched by the office while they go on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from services.billing import access, companies
from services.billing.autopay import branches
from services.billing.autopay_models import Attempt, Debit, Run
from services.billing.models import Invoice
from services.chassis import cursors
from services.chassis.work import Work
from services.contracts.billing.autopay import (
    AutopayAttemptView,
    AutopayRunView,
    GetAutopayRun,
    ListAutopayAttempts,
    ListAutopayRuns,
)
from services.contracts.errors import not_found
from services.contracts.messages import Page, new_id
from services.contracts.money import Money

BATCH = 1000
"""How many debits one transaction puts into a run."""


def open_run(work: Work, branch_id: UUID) -> None:
    """Has the branch's run of today try what is due, each invoice's next try once, however often it is opened."""
    due = select(Debit).where(Debit.branch_id == branch_id, Debit.due_at <= work.now)
    debits = work.session.scalars(due.order_by(Debit.due_at).limit(BATCH).with_for_update(skip_locked=True)).all()
    if not debits:
        return
    run_id = _run(work, branch_id)
    _queue(work, run_id, debits)
    work.wake("charge_autopay")
    if len(debits) == BATCH:
        work.wake("open_autopay_runs")


def _run(work: Work, branch_id: UUID) -> UUID:
    """That of today there; made by whoever comes first."""
    today = work.today(branches.portal_of(work, branch_id).time_zone)
    first = insert(Run).values(
        id=new_id(), company_id=work.company_id, branch_id=branch_id, run_on=today, started_at=work.now
    )
    work.session.execute(first.on_conflict_do_nothing())
    return work.session.scalars(select(Run.id).where(Run.branch_id == branch_id, Run.run_on == today)).one()


def _queue(work: Work, run_id: UUID, debits: Sequence[Debit]) -> None:
    """A try that was put off from an earlier run is this one's now."""
    rows = [
        {
            "id": new_id(),
            "company_id": work.company_id,
            "run_id": run_id,
            "invoice_id": debit.invoice_id,
            "number": debit.tries + 1,
            "state": "queued",
            "next_at": work.now,
        }
        for debit in debits
    ]
    first = insert(Attempt)
    again = first.on_conflict_do_update(
        index_elements=["invoice_id", "try"],
        set_={"run_id": run_id, "state": "queued", "next_at": work.now, "reason": None, "done_at": None},
        where=or_(Attempt.state == "waiting", Attempt.state == "dropped"),
    )
    work.session.execute(again, rows)
    queued = update(Debit).where(Debit.invoice_id.in_([debit.invoice_id for debit in debits]))
    work.session.execute(queued.values(state="queued", due_at=None))


# What the office sees


def page(work: Work, query: ListAutopayRuns) -> Page[AutopayRunView]:
    """The newest day first."""
    access.office(work, "payments.read")
    statement = select(Run).order_by(Run.run_on.desc(), Run.id.desc()).limit(query.limit + 1)
    if query.cursor:
        statement = statement.where(tuple_(Run.run_on, Run.id) < cursors.position(query.cursor, date))
    found = work.session.scalars(statement).all()
    shown = found[: query.limit]
    more = len(found) > query.limit
    return Page[AutopayRunView](
        items=_views(work, shown), next_cursor=cursors.after(shown[-1].run_on, shown[-1].id) if more else None
    )


def get(work: Work, query: GetAutopayRun) -> AutopayRunView:
    """One run, as far as it has come."""
    return _views(work, [_visible(work, query.run_id)])[0]


def attempts(work: Work, query: ListAutopayAttempts) -> Page[AutopayAttemptView]:
    """What a run tried, in the order that it was put into it."""
    _visible(work, query.run_id)
    statement = (
        select(Attempt, Invoice.number, Invoice.customer["name"].astext, Invoice.currency)
        .join(Invoice, Invoice.id == Attempt.invoice_id)
        .where(Attempt.run_id == query.run_id)
        .order_by(Attempt.id)
        .limit(query.limit + 1)
    )
    if query.standing:
        statement = statement.where(Attempt.state == query.standing)
    if query.cursor:
        statement = statement.where(Attempt.id > cursors.position(query.cursor, datetime)[1])
    rows = work.session.execute(statement).all()
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page[AutopayAttemptView](
        items=[_attempt_view(*row) for row in shown],
        next_cursor=cursors.after(shown[-1][0].next_at, shown[-1][0].id) if more else None,
    )


def _visible(work: Work, run_id: UUID) -> Run:
    access.office(work, "payments.read")
    run = work.session.get(Run, run_id)
    if run is None:
        raise not_found()
    return run


def _views(work: Work, runs: Sequence[Run]) -> list[AutopayRunView]:
    counted = (
        select(Attempt.run_id, Attempt.state, func.count(), func.sum(Attempt.amount), func.max(Attempt.done_at))
        .where(Attempt.run_id.in_([run.id for run in runs]))
        .group_by(Attempt.run_id, Attempt.state)
    )
    by_run: dict[UUID, dict[str, _Count]] = {run.id: {} for run in runs}
    for run_id, state, attempts, amount, last_at in work.session.execute(counted):
        by_run[run_id][state] = _Count(attempts, int(amount or 0), last_at)
    currency = companies.current(work).currency
    return [_view(run, by_run[run.id], currency) for run in runs]


class _Count(NamedTuple):
    """The attempts of a run in one state."""

    attempts: int
    amount: int
    last_at: datetime | None


_NONE = _Count(0, 0, None)


def _view(run: Run, states: dict[str, _Count], currency: str) -> AutopayRunView:
    def count(*names: str) -> int:
        return sum(states.get(name, _NONE).attempts for name in names)

    last_at = max((each.last_at for each in states.values() if each.last_at), default=None)
    under_way = count("queued", "charging")
    done = count(*states) - under_way
    seconds = (last_at - run.started_at).total_seconds() if last_at else 0.0
    return AutopayRunView(
        id=run.id,
        branch_id=run.branch_id,
        run_on=run.run_on,
        started_at=run.started_at,
        running=under_way > 0,
        due=count(*states),
        queued=count("queued"),
        charged=count("charged"),
        pending=count("charging", "pending"),
        failed=count("failed"),
        waiting=count("waiting"),
        dropped=count("dropped"),
        amount=Money(amount=states.get("charged", _NONE).amount, currency=currency),
        per_second=round(done / seconds, 1) if seconds > 0 else 0.0,
        last_at=last_at,
    )


def _attempt_view(attempt: Attempt, number: str, customer: str, currency: str) -> AutopayAttemptView:
    return AutopayAttemptView(
        id=attempt.id,
        invoice_id=attempt.invoice_id,
        invoice_number=number,
        customer_name=customer,
        number=attempt.number,
        standing=attempt.state,
        amount=Money(amount=attempt.amount, currency=currency) if attempt.amount else None,
        reason=attempt.reason,
        payment_id=attempt.payment_id,
        done_at=attempt.done_at,
    )
