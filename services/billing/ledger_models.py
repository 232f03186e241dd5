"""The ledger's tables: entries, their postings, and how their last proof ended."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base

Account = Literal[
    "accounts_receivable",
    "revenue",
    "sales_tax",
    "loan_receivable",
    "interest",
    "cash_in_transit",
    "cash_received",
    "fees",
    "credits_granted",
    "unapplied_credit",
    "refunds",
    "disputes",
    "losses",
]


class Entry(Base):
    """A balanced group of postings, once for each thing that happened."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    posted_at: Mapped[datetime]


class Posting(Base):
    """One line of the ledger: debits are positive, credits negative. It is never changed."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("posting_entry_idx", "entry_id"),
        Index("posting_invoice_idx", "invoice_id"),
        Index("posting_customer_idx", "customer_id", "account"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    company_id: Mapped[UUID]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"))
    account: Mapped[Account] = mapped_column(Text)
    currency: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[UUID]
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))


class LedgerProof(Base):
    """How the last look at all ledgers ended; one row."""

    __tablename__ = "ledger_proof"

    name: Mapped[str] = mapped_column(primary_key=True)
    proved_at: Mapped[datetime]
    unbalanced: Mapped[int]
    """How many companies' postings of one currency do not add up to nothing."""
