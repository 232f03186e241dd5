"""What is kept of guests besides their payments: the mandates that they gave, and how often they tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.allowances import Allowance


class GuestMandate(Base):
    """The evidence that a guest agreed to have a bank account debited for one payment. It is never changed."""

    __tablename__ = "guest_mandate"

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    company_id: Mapped[UUID]
    wording: Mapped[str]
    accepted_at: Mapped[datetime]
    ip: Mapped[str]
    user_agent: Mapped[str]


class Tries(Base):
    """How much of one subject's allowance is used up: a client network's, a policy number's, a branch's."""

    __tablename__ = "tries"

    subject: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[float]
    at: Mapped[datetime] = mapped_column(index=True)

    def use(self, allowance: Allowance, now: datetime) -> None:
        """Counts one more."""
        self.used, self.at = allowance.used(self.used, now - self.at) + 1, now
