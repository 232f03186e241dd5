"""The ledger: every movement of money as balanced postings, each made once and never changed.

The database refuses a second entry of the same kind for the same subject, an entry that does not balance,
and any change to what was posted.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from services.billing.ledger_models import Account, Entry, Posting
from services.chassis.work import Work
from services.contracts.messages import new_id

EntryKind = Literal[
    "invoice_shared",
    "invoice_voided",
    "loan_made",
    "loan_changed",
    "credit_granted",
    "credit_applied",
    "credit_unapplied",
    "payment_succeeded",
    "payment_recorded",
    "refund_made",
    "refund_failed",
    "dispute_opened",
    "dispute_won",
    "dispute_lost",
]


@dataclass(frozen=True)
class Line:
    """A debit (positive) or credit (negative) in minor units."""

    account: Account
    amount: int
    invoice_id: UUID | None = None


def post(work: Work, kind: EntryKind, subject_id: UUID, customer_id: UUID, currency: str, lines: list[Line]) -> None:
    """Writes one entry; lines of nothing are left out."""
    entry = Entry(id=new_id(), company_id=work.company_id, kind=kind, subject_id=subject_id, posted_at=work.now)
    work.session.add(entry)
    work.session.flush()
    work.session.add_all(
        Posting(
            company_id=work.company_id,
            entry_id=entry.id,
            account=line.account,
            currency=currency,
            amount=line.amount,
            customer_id=customer_id,
            invoice_id=line.invoice_id,
        )
        for line in lines
        if line.amount
    )


def lines(work: Work, kind: EntryKind, subject_id: UUID) -> list[Line]:
    """What was posted of a subject; nothing where that kind of entry was never made."""
    found = (
        select(Posting.account, Posting.amount, Posting.invoice_id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.kind == kind, Entry.subject_id == subject_id)
        .order_by(Posting.id)
    )
    return [Line(*row) for row in work.session.execute(found)]


def unapplied_credit(work: Work, customer_id: UUID, currency: str) -> int:
    """What is owed to the customer and reduces no invoice yet."""
    owed = select(func.coalesce(-func.sum(Posting.amount), 0)).where(
        Posting.customer_id == customer_id,
        Posting.account == "unapplied_credit",
        Posting.currency == currency,
    )
    return int(work.session.scalar(owed) or 0)
