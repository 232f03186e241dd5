"""What the plans that an insured may choose from would cost."""

from collections.abc import Sequence

from services.billing.program_models import Program
from services.contracts.billing.programs import PlanOptionView
from services.contracts.billing.terms import Policy
from services.contracts.money import Money


def of(program: Program, policies: Sequence[Policy]) -> list[PlanOptionView]:
    """One for each plan that is offered, in the agency's order."""
    whole = Money(amount=program.total, currency=program.currency)
    return [PlanOptionView(plan=each, due_now=whole, total=whole) for each in program.allowed_plans]
