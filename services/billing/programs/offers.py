"""Offers: the agency says which plans and methods the insured may choose from, and what a loan costs."""

from services.billing.program_models import Program
from services.billing.programs import choices, options, sights, views, ways
from services.chassis.work import Steps, Work
from services.contracts.billing.programs import OfferProgram, ProgramOffered, ProgramView
from services.contracts.errors import conflict
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot


def offer(work: Work, command: OfferProgram) -> Steps[ProgramView]:
    """Shows the program to the insured; what they had chosen without signing or paying is taken back."""
    program = yield from ways.for_office(work, command.program_id)
    if program.stage == "cancelled":
        raise conflict("This program is cancelled.", reason="cancelled")
    if program.stage == "signed":
        raise conflict("The agreement is signed. Endorse it instead.", reason="signed")
    options.check(command, program, sights.policies(work, [program.id])[program.id])
    choices.take_back(work, program, "The agency offers this program anew.")
    program.allowed_plans = list(dict.fromkeys(command.allowed_plans))
    program.allowed_methods = list(dict.fromkeys(command.allowed_payment_methods))
    program.terms = command.terms.model_dump(mode="json") if command.terms else None
    program.offer(work.now)
    _announce(work, program)
    return views.view(work, program)


def _announce(work: Work, program: Program) -> None:
    work.announce(
        ProgramOffered(
            company_id=program.company_id,
            version=program.version,
            program_id=program.id,
            branch_id=program.branch_id,
            number=program.number,
            name=program.name,
            customer=CustomerSnapshot.model_validate(program.customer),
            plans=program.allowed_plans,
            total=Money(amount=program.total, currency=program.currency),
        )
    )
