"""What became of an invoice, as its entries in the ledger tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from services.billing import access
from services.billing.credit_models import CreditApplication
from services.billing.ledger_models import Entry, Posting
from services.billing.models import Invoice, Payment
from services.billing.refund_models import Dispute, Refund
from services.chassis.work import Work
from services.contracts.billing.invoices import GetInvoiceHistory, InvoiceEntry, InvoiceHistoryView
from services.contracts.errors import not_found
from services.contracts.money import Money


@dataclass(frozen=True)
class Cause:
    """The payment or the credit that an entry comes from."""

    payment_id: UUID | None = None
    credit_id: UUID | None = None
    number: str = ""


def get(work: Work, query: GetInvoiceHistory) -> InvoiceHistoryView:
    """Every entry that changed what is owed of it, the oldest first, with what was owed from then on."""
    access.office(work, "invoices.read")
    invoice = work.session.get(Invoice, query.invoice_id)
    if invoice is None:
        raise not_found()
    entries = _entries(work, invoice)
    return InvoiceHistoryView(
        created_at=invoice.created_at,
        shared_at=invoice.shared_at,
        voided_at=invoice.voided_at,
        entries=entries,
        balance=entries[-1].balance if entries else Money(amount=0, currency=invoice.currency),
        time_zone=invoice.time_zone,
    )


def _entries(work: Work, invoice: Invoice) -> list[InvoiceEntry]:
    posted = (
        select(Entry, func.sum(Posting.amount))
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Posting.invoice_id == invoice.id, Posting.account == "accounts_receivable")
        .group_by(Entry.id)
        .order_by(Entry.posted_at, Entry.id)
    )
    rows = [(entry, int(amount)) for entry, amount in work.session.execute(posted)]
    causes = _causes(work, [entry.subject_id for entry, _ in rows])
    entries, balance = [], 0
    for entry, amount in rows:
        balance += amount
        entries.append(
            InvoiceEntry(
                at=entry.posted_at,
                kind=entry.kind,
                amount=Money(amount=amount, currency=invoice.currency),
                balance=Money(amount=balance, currency=invoice.currency),
                **vars(causes.get(entry.subject_id, Cause())),
            )
        )
    return entries


def _causes(work: Work, subject_ids: Iterable[UUID]) -> dict[UUID, Cause]:
    """The payment or credit of each subject that is one, or a part of one."""
    ids = list(subject_ids)
    paid = select(Payment.id, Payment.id, Payment.number).where(Payment.id.in_(ids))
    back = select(Refund.id, Payment.id, Payment.number).join(Payment).where(Refund.id.in_(ids))
    disputed = select(Dispute.id, Payment.id, Payment.number).join(Payment).where(Dispute.id.in_(ids))
    applied = select(CreditApplication.id, CreditApplication.credit_id, CreditApplication.credit_number)
    of_payments = {
        subject: Cause(payment_id=payment_id, number=number)
        for statement in (paid, back, disputed)
        for subject, payment_id, number in work.session.execute(statement)
    }
    of_credits = {
        subject: Cause(credit_id=credit_id, number=number)
        for subject, credit_id, number in work.session.execute(applied.where(CreditApplication.id.in_(ids)))
    }
    return of_payments | of_credits
