"""Finance agreements: drawn for a choice of plan, withdrawn, signed, read."""

from collections.abc import Sequence
from uuid import UUID

from services.billing.program_models import Program
from services.chassis.work import Work
from services.contracts.billing.finance import FinanceAgreementView, GetFinanceAgreementPdf
from services.contracts.billing.terms import LoanTerms, Policy
from services.contracts.files import FileView


def draw(work: Work, program: Program, policies: Sequence[Policy], terms: LoanTerms) -> None:
    """Computes the loan, writes its document and has it signed; an unsigned one of before is withdrawn."""
    raise NotImplementedError


def withdraw(work: Work, program_id: UUID) -> None:
    """Nobody signs what was drawn any more; where nothing was, nothing changes."""
    raise NotImplementedError


def of_program(work: Work, program_id: UUID) -> FinanceAgreementView | None:
    """The version that counts, without asking who sees it: whoever calls has checked that."""
    raise NotImplementedError


def document(work: Work, query: GetFinanceAgreementPdf) -> FileView:
    """The signed document, or the one to be signed."""
    raise NotImplementedError
