"""Cancelling a financed program: the return premium reduces the loan first, the excess is credit."""

from datetime import date

from services.billing.program_models import Program
from services.chassis.work import Work


def cancel(work: Work, program: Program, cancelled_on: date, return_premium: int, reason: str) -> None:
    """Ends the loan; what is still owed falls due at once. Nothing happens where no agreement is in force."""
    raise NotImplementedError
