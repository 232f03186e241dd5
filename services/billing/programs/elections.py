"""Elections: the insured chooses to pay in full or to finance, and may change their mind until it is signed or paid."""

from services.billing import access, program_rules
from services.billing.finance import agreements
from services.billing.program_models import Program
from services.billing.programs import bills, choices, sights, views, ways
from services.chassis.work import Steps, Work
from services.contracts import permissions
from services.contracts.billing.programs import ChoosePlan, ProgramView
from services.contracts.billing.terms import LoanTerms
from services.contracts.errors import conflict, forbidden, invalid
from services.contracts.messages import new_id


def choose(work: Work, command: ChoosePlan) -> Steps[ProgramView]:
    """Paid in full it is billed at once; financed, its agreement is drawn to be signed. The same again is no change."""
    access.contact(work, "programs.view")
    if not permissions.may(work.principal, "programs.sign"):
        raise forbidden("Ask a colleague who may sign for your company to choose.")
    program = _choosable(work, command)
    if program.plan != command.plan:
        yield from ways.clear(work, program.id)
        program = _choosable(work, command)
    if program.plan != command.plan:
        choices.take_back(work, program, "Another plan was chosen.")
        program.elect(command.plan, work.now)
        work.session.flush()
        if command.plan == "pay_in_full":
            _bill(work, program)
        else:
            _draw(work, program)
    return views.view(work, program)


def _choosable(work: Work, command: ChoosePlan) -> Program:
    """The program, locked; refuses a choice that cannot be made now."""
    program = sights.visible(work, command.program_id, lock=True)
    stuck = views.not_choosable_because(work, program, sights.invoices(work, program.id, lock=True))
    if stuck:
        raise conflict(stuck, reason="not_choosable")
    if command.plan not in program.allowed_plans:
        raise invalid("The agency does not offer this plan.", field="plan", reason="not_offered")
    return program


def _bill(work: Work, program: Program) -> None:
    due_on = program_rules.first_due(program.effective_on, work.today(program.time_zone))
    policies = sights.policies(work, [program.id])[program.id]
    bills.issue(work, program, "pay_in_full", program_rules.lines_of(policies), due_on, new_id())


def _draw(work: Work, program: Program) -> None:
    terms = LoanTerms.model_validate(program.terms)
    policies = sights.policies(work, [program.id])[program.id]
    agreements.draw(work, program, policies, terms)
