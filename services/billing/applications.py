"""What credits give to invoices: given, taken back, added up.

An invoice's row is locked before any credit's, and credits in the order of their ids, so that nobody waits for
each other; the invoice's row is locked by whoever calls these.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.billing import ledger
from services.billing.credit_models import Credit, CreditApplication
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.messages import new_id


def locked_credits(work: Work, credit_ids: Sequence[UUID]) -> dict[UUID, Credit]:
    """The credits as they are now, locked until the next commit; those that are not there are left out."""
    found = select(Credit).where(Credit.id.in_(credit_ids)).order_by(Credit.id)
    found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {each.id: each for each in work.session.scalars(found)}


def give(work: Work, credit: Credit, invoice: Invoice, amount: int) -> None:
    """So much of a locked credit reduces the invoice from now on."""
    application = CreditApplication(
        id=new_id(),
        company_id=credit.company_id,
        credit_id=credit.id,
        credit_number=credit.number,
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        amount=amount,
        applied_at=work.now,
    )
    work.session.add(application)
    credit.apply(amount)
    invoice.settle(amount)
    _post(work, "credit_applied", application, credit, 1)


def take_back_all(work: Work, invoice: Invoice) -> None:
    """No credit reduces the invoice any more."""
    credits = locked_credits(work, sorted({each.credit_id for each in _in_force(work, invoice)}))
    for credit in credits.values():
        take_back(work, credit, invoice)


def take_back(work: Work, credit: Credit, invoice: Invoice) -> int:
    """All that a locked credit gives to the invoice is free again; answers how much that was."""
    amount = 0
    for application in _in_force(work, invoice):
        if application.credit_id == credit.id:
            application.taken_back_at = work.now
            credit.take_back(application.amount)
            invoice.reopen(application.amount)
            _post(work, "credit_unapplied", application, credit, -1)
            amount += application.amount
    return amount


def applied(work: Work, invoice: Invoice) -> int:
    """What all credits give to the invoice, in minor units."""
    given = select(func.coalesce(func.sum(CreditApplication.amount), 0)).where(
        CreditApplication.invoice_id == invoice.id, CreditApplication.taken_back_at.is_(None)
    )
    return int(work.session.scalar(given) or 0)


def _in_force(work: Work, invoice: Invoice) -> Sequence[CreditApplication]:
    found = select(CreditApplication).where(
        CreditApplication.invoice_id == invoice.id, CreditApplication.taken_back_at.is_(None)
    )
    return work.session.scalars(found.order_by(CreditApplication.id)).all()


def _post(work: Work, kind: ledger.EntryKind, application: CreditApplication, credit: Credit, sign: int) -> None:
    lines = [
        ledger.Line("unapplied_credit", sign * application.amount),
        ledger.Line("accounts_receivable", -sign * application.amount, application.invoice_id),
    ]
    ledger.post(work, kind, application.id, credit.customer_id, credit.currency, lines)
