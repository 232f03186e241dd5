"""Endorsements: the agency lends more on a running loan, or a return premium takes something off it."""

from services.billing import documents
from services.billing.finance import change_rules, changes, installments, loan_rules, payoffs, views
from services.billing.finance.installments import Held
from services.billing.finance.schedules import Advance, NeverRepaid, RepaysNothing
from services.billing.finance_models import FinanceAgreement
from services.billing.program_models import Program
from services.billing.programs import ways
from services.chassis.work import Steps, Work
from services.contracts.billing.finance import EndorseAgreement, FinanceAgreementView
from services.contracts.billing.terms import LoanTerms
from services.contracts.errors import conflict, invalid


def endorse(work: Work, command: EndorseAgreement) -> Steps[FinanceAgreementView]:
    """The loan changes today, whenever the policy does: only now is money lent, or back."""
    program = yield from ways.for_office(work, command.program_id)
    if command.change.currency != program.currency or not command.change.amount:
        raise invalid(f"Say by how much the premium changes, in {program.currency}.", field="change")
    if not program.effective_on <= command.effective_on <= program.expires_on:
        raise invalid("An endorsement takes effect within the program's term.", field="effective_on")
    agreement = payoffs.running(work, program)
    if -command.change.amount > changes.cost(program, agreement):
        raise invalid("At most what the program cost comes back.", field="change")
    held = installments.held(work, agreement)
    if command.change.amount > 0:
        changed = _reschedule(work, program, agreement, held, command, command.change.amount)
    else:
        changed = _reduce(work, program, agreement, held, command)
    program.touch()
    return views.view(work, changed)


def _reduce(
    work: Work, program: Program, agreement: FinanceAgreement, held: list[Held], command: EndorseAgreement
) -> FinanceAgreement:
    """What is due already is paid first; the rest reduces what is still lent, and what is beyond that is credit."""
    returned = -command.change.amount
    on = changes.today(work, program, agreement)
    if agreement.ended_at:
        # It was called in before: its interest is not given back once more.
        changes.pay_with_credit(work, program, agreement, on, returned, _reason(command))
        return agreement
    found = payoffs.quoted(agreement, held, on)
    overdue = min(returned, changes.due_and_free(work, held, on))
    if returned - overdue >= found.payoff.principal:
        return changes.call_in(work, program, agreement, held, on, returned, "in_force", _reason(command))
    changed = _reschedule(work, program, agreement, held, command, overdue - returned)
    changes.pay_with_credit(work, program, changed, on, overdue, _reason(command))
    return changed


def _reschedule(
    work: Work,
    program: Program,
    agreement: FinanceAgreement,
    held: list[Held],
    command: EndorseAgreement,
    amount: int,
) -> FinanceAgreement:
    """What is not due or paid yet is computed anew with the amount."""
    if not amount:
        return agreement
    change = Advance(changes.today(work, program, agreement), amount)
    covered = payoffs.quoted(agreement, held, change.on).payoff.covered
    if not covered:
        raise conflict("No installment is left to be changed. Bill a one-time payment.", reason="nothing_left")
    rate = loan_rules.rate_of(LoanTerms.model_validate(agreement.terms))
    standings = [each.standing for each in held]
    try:
        _, new = change_rules.endorsed(agreement.begun_on, standings, rate, change, command.keep)
    except (NeverRepaid, RepaysNothing):
        raise invalid("The loan cannot be repaid like this. Keep the other: term or payment.", field="keep") from None
    advances = [*changes.advances_of(agreement), change]
    changed = changes.replace(
        work,
        program,
        agreement,
        held,
        new,
        covered=covered,
        advances=advances,
        stage="in_force",
        reason=_reason(command),
    )
    changes.lend(work, program, changed, amount)
    return changed


def _reason(command: EndorseAgreement) -> str:
    return f"{command.reason} (effective {documents.day(command.effective_on)})"
