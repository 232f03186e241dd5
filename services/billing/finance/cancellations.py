"""Cancelling a financed program: the return premium reduces the loan first, the excess is credit."""

from datetime import date

from services.billing import documents
from services.billing.finance import agreements, changes, installments, payoffs, views
from services.billing.finance_models import FinanceAgreement
from services.billing.program_models import Program
from services.chassis.work import Work


def cancel(work: Work, program: Program, cancelled_on: date, return_premium: int, reason: str) -> None:
    """Ends the loan; what is still owed falls due at once. Nothing happens where no agreement is in force."""
    agreement = agreements.current(work, program.id, lock=True)
    if agreement is None or not agreement.is_running:
        return
    payoff = views.standing_payoff(work, agreement.id)
    told = f"Cancelled as of {documents.day(cancelled_on)}: {reason}"
    on = changes.today(work, program, agreement)
    if payoff and payoffs.is_paid(work, payoff):
        _end_repaid(work, program, agreement, on, return_premium, told)
        return
    payoffs.running(work, program)
    if agreement.ended_at:
        _end_repaid(work, program, agreement, on, return_premium, told)
        return
    held = installments.held(work, agreement)
    changes.call_in(work, program, agreement, held, on, return_premium, "cancelled", told)


def _end_repaid(work: Work, program: Program, agreement: FinanceAgreement, on: date, returned: int, why: str) -> None:
    """Nothing bears interest any more: what came back pays what is still due, and the rest of it is credit."""
    agreement.cancel()
    changes.pay_with_credit(work, program, agreement, on, returned, why)
