"""What the plans that an insured may choose from would cost."""

from collections.abc import Sequence

from services.billing.finance import loan_rules
from services.billing.program_models import Program
from services.contracts.billing.finance import InstallmentView
from services.contracts.billing.programs import OfferProgram, PlanOptionView
from services.contracts.billing.terms import LoanTerms, Plan, Policy
from services.contracts.errors import invalid
from services.contracts.money import Money


def check(offer: OfferProgram, program: Program, policies: Sequence[Policy]) -> None:
    """Refuses an offer of a loan that could not be drawn."""
    if "financed" not in offer.allowed_plans:
        return
    if offer.terms is None:
        raise invalid("Say at which terms it may be financed.", field="terms")
    loan_rules.loan(program.effective_on, policies, offer.terms)


def of(program: Program, policies: Sequence[Policy]) -> list[PlanOptionView]:
    """One for each plan that is offered, in the agency's order."""
    return [_option(each, program, policies) for each in program.allowed_plans]


def _option(plan: Plan, program: Program, policies: Sequence[Policy]) -> PlanOptionView:
    whole = Money(amount=program.total, currency=program.currency)
    if plan == "pay_in_full":
        return PlanOptionView(plan=plan, due_now=whole, total=whole)
    loan = loan_rules.loan(program.effective_on, policies, LoanTerms.model_validate(program.terms))
    return PlanOptionView(
        plan=plan,
        due_now=whole.with_amount(loan.down_payment),
        total=whole.with_amount(loan.down_payment + loan.total_of_payments),
        amount_financed=whole.with_amount(loan.financed),
        apr=loan.apr,
        finance_charge=whole.with_amount(loan.finance_charge),
        total_of_payments=whole.with_amount(loan.total_of_payments),
        installments=[
            InstallmentView(
                number=number,
                due_on=row.due_on,
                amount=whole.with_amount(row.amount),
                principal=whole.with_amount(row.principal),
                interest=whole.with_amount(row.interest),
                status="scheduled",
                invoice_id=None,
            )
            for number, row in enumerate(loan.rows, 1)
        ],
    )
