"""Cancellations: the agency ends a program; what the carriers give back reduces the loan, or becomes credit."""

from services.billing import credits, invoicing
from services.billing.credit_models import Credit
from services.billing.finance import agreements, cancellations, changes
from services.billing.program_models import Program
from services.billing.program_rules import FIRST_KINDS
from services.billing.programs import choices, sights, views, ways
from services.chassis.work import Steps, Work
from services.contracts.billing.programs import CancelProgram, ProgramView
from services.contracts.errors import conflict, invalid
from services.contracts.money import Money
from services.contracts.principals import Principal


def cancel(work: Work, command: CancelProgram) -> Steps[ProgramView]:
    """Ends it on a day of its term; the return premium reduces the loan first, and what is beyond it is credit."""
    program = yield from ways.for_office(work, command.program_id)
    if program.stage == "draft":
        raise conflict("A draft is not cancelled. Archive it.", reason="draft")
    if program.stage == "cancelled":
        raise conflict("This program is cancelled already.", reason="cancelled")
    returned = _returned(program, command, _cost(work, program))
    if program.stage == "signed":
        cancellations.cancel(work, program, command.cancelled_on, returned, command.reason)
    elif program.stage == "billed":
        _end_billed(work, program, command, returned)
    else:
        choices.take_back(work, program, command.reason)
    program.cancel(command.cancelled_on, command.reason)
    return views.view(work, program)


def _cost(work: Work, program: Program) -> int:
    """What it costs by now: a loan that was endorsed has changed that."""
    agreement = agreements.current(work, program.id) if program.stage == "signed" else None
    return changes.cost(program, agreement) if agreement else program.total


def _returned(program: Program, command: CancelProgram, cost: int) -> int:
    """The return premium in minor units; refuses what cannot be one."""
    given = command.return_premium or Money(amount=0, currency=program.currency)
    if given.currency != program.currency:
        raise invalid(f"The return premium is in {program.currency}.", field="return_premium", reason="currency")
    if not 0 <= given.amount <= cost:
        raise invalid("At most what the program cost comes back.", field="return_premium")
    if given.amount and program.stage not in ("signed", "billed"):
        raise invalid("Nothing was billed, so nothing comes back.", field="return_premium")
    return given.amount


def _end_billed(work: Work, program: Program, command: CancelProgram, returned: int) -> None:
    """An unpaid whole is owed no more; of a paid one the return premium becomes the insured's credit."""
    firsts = [each for each in sights.invoices(work, program.id, lock=True) if each.kind in FIRST_KINDS]
    if not any(invoicing.is_paid_of(work, each) for each in firsts):
        if returned:
            raise invalid("Nothing of it was paid, so nothing comes back.", field="return_premium")
        choices.take_back(work, program, command.reason)
    elif returned:
        credits.grant(work, _credit(work.principal, program, command, returned), program.time_zone)


def _credit(principal: Principal, program: Program, command: CancelProgram, returned: int) -> Credit:
    return Credit(
        id=command.id,
        branch_id=program.branch_id,
        customer_id=program.customer_id,
        reason=f"Return premium of program {program.number}.",
        currency=program.currency,
        amount=returned,
        created_by=principal.name,
    )
