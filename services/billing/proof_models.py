"""How the ledgers' proof ended."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class LedgerProof(Base):
    """How the last look at all ledgers ended; one row."""

    __tablename__ = "ledger_proof"

    name: Mapped[str] = mapped_column(primary_key=True)
    proved_at: Mapped[datetime]
    unbalanced: Mapped[int]
    """How many companies' postings of one currency do not add up to nothing."""
