"""A new version of a running loan: what it keeps, what takes the place of the rest, and what the ledger says of it."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from services.billing import applications, credits, ledger, payables
from services.billing.credit_models import Credit
from services.billing.finance import change_rules, disclosures, installments, loan_rules, payoffs, schedules
from services.billing.finance.installments import Held
from services.billing.finance.payoff_rules import Payoff
from services.billing.finance.schedules import Advance, Row
from services.billing.finance_models import FinanceAgreement, Stage
from services.billing.models import Invoice
from services.billing.program_models import Program
from services.chassis.work import Work
from services.contracts.billing.terms import LoanTerms
from services.contracts.messages import new_id

SAME = (
    "company_id",
    "program_id",
    "number",
    "currency",
    "state",
    "begun_on",
    "terms",
    "policies",
    "paid_down",
    "down_payment",
    "sealed",
    "signature_id",
    "signed_by",
    "signed_at",
)
"""What a version has from the one before: what was agreed, and the signature under it."""


def replace(
    work: Work,
    program: Program,
    before: FinanceAgreement,
    held: Sequence[Held],
    new: Sequence[Row],
    *,
    covered: Collection[Row],
    advances: Sequence[Advance],
    stage: Stage,
    reason: str,
) -> FinanceAgreement:
    """The next version: `new` rows take the place of the `covered` ones, which are owed no more."""
    kept = [each.installment for each in held if each.row not in covered]
    rows = sorted([*new, *(installments.row_of(each) for each in kept)], key=lambda row: row.due_on)
    before.replace(work.now)
    # The index of the version that counts is not deferred: the row must leave it before another comes.
    work.session.flush()
    agreement = _next(before, rows, advances, stage, reason)
    agreement.drawn_at = work.now
    agreement.document = disclosures.of(work, program, agreement, rows).model_dump(mode="json")
    work.session.add(agreement)
    work.session.flush()
    gone = [each for each in held if each.row in covered]
    installments.take_back(work, gone, reason)
    scheduled = installments.schedule(work, agreement, new, kept)
    installments.bill(work, program, scheduled)
    by_day = {each.due_on: each.invoice_id for each in scheduled}
    same_day = [(each.invoice.id, by_day[each.row.due_on]) for each in gone if each.row.due_on in by_day]
    installments.keep_skipped(work, same_day)
    return agreement


def _next(
    before: FinanceAgreement, rows: Sequence[Row], advances: Sequence[Advance], stage: Stage, reason: str
) -> FinanceAgreement:
    told: dict[str, Any] = {name: getattr(before, name) for name in SAME}
    return FinanceAgreement(
        **told,
        id=new_id(),
        version=before.version + 1,
        stage=stage,
        reason=reason,
        advances=[{"on": each.on.isoformat(), "amount": each.amount} for each in advances],
        apr=_apr(before, rows, advances) if stage == "in_force" else before.apr,
        amount_financed=sum(row.principal for row in rows),
        finance_charge=schedules.charge(rows),
        total_of_payments=schedules.total(rows),
        news=1,
    )


def _apr(before: FinanceAgreement, rows: Sequence[Row], advances: Sequence[Advance]) -> Decimal:
    # What is repaid on the day that it was lent has no rate: nothing was lent for any time.
    if not any(row.due_on > before.begun_on for row in rows):
        return before.apr
    rate = loan_rules.rate_of(LoanTerms.model_validate(before.terms))
    return schedules.disclosed_apr(advances, rows, rate)


def advances_of(agreement: FinanceAgreement) -> list[Advance]:
    """What was lent so far, and taken off."""
    return [Advance(date.fromisoformat(each["on"]), each["amount"]) for each in agreement.advances]


def cost(program: Program, agreement: FinanceAgreement) -> int:
    """What the program costs by now, in minor units: what was billed, what was lent since, less what was taken off."""
    return program.total + sum(each.amount for each in advances_of(agreement)[1:])


def lend(work: Work, program: Program, agreement: FinanceAgreement, amount: int) -> None:
    """Posts what a version lends more than the one before; below zero, what came off the loan."""
    lines = [ledger.Line("loan_receivable", amount), ledger.Line("revenue", -amount)]
    ledger.post(work, "loan_changed", agreement.id, program.customer_id, program.currency, lines)


def grant(work: Work, program: Program, amount: int, reason: str) -> Credit:
    """The customer's credit for what came back; it is free until it is applied."""
    credit = Credit(
        id=new_id(),
        branch_id=program.branch_id,
        customer_id=program.customer_id,
        reason=reason,
        currency=program.currency,
        amount=amount,
        created_by=work.principal.name,
    )
    credits.grant(work, credit, program.time_zone)
    return credit


def today(work: Work, program: Program, agreement: FinanceAgreement) -> date:
    """The day of a change: today at the branch, or the loan's first where that is to come."""
    return max(work.today(program.time_zone), agreement.begun_on)


# Ending


def call_in(
    work: Work,
    program: Program,
    agreement: FinanceAgreement,
    held: Sequence[Held],
    on: date,
    returned: int,
    stage: Stage,
    reason: str,
) -> FinanceAgreement:
    """Ends the loan on a day: what repays it is one last installment, and what was returned pays that first."""
    payoff = payoffs.quoted(agreement, list(held), on).payoff
    _, last = change_rules.called_in([each.standing for each in held], payoff, on)
    changed = replace(
        work,
        program,
        agreement,
        held,
        last,
        covered=payoff.covered,
        advances=advances_of(agreement),
        stage=stage,
        reason=reason,
    )
    changed.call_in(work.now)
    if not last:
        _give_up(work, program, changed, payoff)
    pay_with_credit(work, program, changed, on, returned, reason)
    return changed


def _give_up(work: Work, program: Program, agreement: FinanceAgreement, payoff: Payoff) -> None:
    """More interest was paid ahead than what is still lent and earned: the difference is the customer's credit."""
    lines = [
        ledger.Line("interest", payoff.principal + payoff.surplus),
        ledger.Line("loan_receivable", -payoff.principal),
        ledger.Line("credits_granted", -payoff.surplus),
    ]
    if payoff.principal or payoff.surplus:
        ledger.post(work, "loan_changed", agreement.id, program.customer_id, program.currency, lines)
    if payoff.surplus:
        grant(work, program, payoff.surplus, "Interest that was paid ahead and is not earned.")


def due_and_free(work: Work, held: Sequence[Held], on: date) -> int:
    """What is owed of installments that were due by a day, and that nobody is paying, in minor units."""
    return sum(each.balance for each in _due_and_free(work, held, on))


def _due_and_free(work: Work, held: Sequence[Held], on: date) -> list[Invoice]:
    due = [each.invoice for each in held if each.row.due_on <= on and each.invoice.balance]
    attempts = payables.open_attempts(work, [each.id for each in due])
    return [each for each in due if each.id not in attempts]


def pay_with_credit(
    work: Work, program: Program, agreement: FinanceAgreement, on: date, amount: int, reason: str
) -> None:
    """What was returned becomes a credit that pays what is due, the oldest first; the rest of it is free."""
    if not amount:
        return
    credit = grant(work, program, amount, f"Return premium: {reason}")
    work.session.flush()
    for invoice in _due_and_free(work, installments.held(work, agreement), on):
        part = min(invoice.balance, credit.unapplied)
        if part:
            applications.give(work, credit, invoice, part)
