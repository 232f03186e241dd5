"""What an insured has chosen, taken back: the invoice of the whole is voided, the unsigned agreement withdrawn."""

from services.billing import invoicing
from services.billing.finance import agreements
from services.billing.program_models import Program
from services.billing.program_rules import FIRST_KINDS
from services.billing.programs import sights
from services.chassis.work import Work


def take_back(work: Work, program: Program, reason: str) -> None:
    """As if nothing had been chosen; a conflict where somebody pays or has paid. Nothing happens where nothing was."""
    if program.stage == "billed":
        for invoice in sights.invoices(work, program.id, lock=True):
            if invoice.kind in FIRST_KINDS:
                invoicing.take_back(work, invoice, reason)
    elif program.stage == "elected":
        agreements.withdraw(work, program.id)
