"""The table of quotes: what customers ask offers for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.errors import conflict
from services.contracts.money import Money
from services.contracts.proposals.quotes import ChangeQuote, FinalizeQuote, QuoteStatus
from services.contracts.snapshots import CustomerSnapshot, Person, PropertySnapshot
from services.proposals.quote_rules import QuoteStanding


class Quote(Base):
    """An enquiry for one property, and how the office answered it."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'finalized')", name="status"),
        UniqueConstraint("company_id", "number"),
        Index(None, "company_id", "created_at", "id"),
        Index(None, "company_id", "status", "created_at", "id"),
        Index(None, "company_id", "customer_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    number: Mapped[str]
    status: Mapped[QuoteStatus] = mapped_column(Text)
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    property_id: Mapped[UUID]
    customer: Mapped[dict[str, Any]]
    property: Mapped[dict[str, Any]]
    contact_id: Mapped[UUID | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    description: Mapped[str]
    price_estimate: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str]
    assigned_to: Mapped[dict[str, Any] | None]
    scheduled_on: Mapped[date | None]
    note: Mapped[str]
    finalized_at: Mapped[datetime | None]
    version: Mapped[int]

    def standing(self) -> QuoteStanding:
        """What the rules need to know of it."""
        return QuoteStanding(self.customer_id, self.branch_id, self.property_id, self.contact_id)

    def estimate(self) -> Money | None:
        """What the customer thinks of spending."""
        return None if self.price_estimate is None else Money(amount=self.price_estimate, currency=self.currency)

    def from_customer(self) -> CustomerSnapshot:
        """Who asks."""
        return CustomerSnapshot.model_validate(self.customer)

    def at_property(self) -> PropertySnapshot:
        """The site that it is about."""
        return PropertySnapshot.model_validate(self.property)

    def assignee(self) -> Person | None:
        """Who sees to it, once that is settled."""
        return Person.model_validate(self.assigned_to) if self.assigned_to else None

    def change(self, command: ChangeQuote) -> None:
        """Writes down what is really asked for, until it is answered."""
        if self.status == "finalized":
            raise conflict("This quote is finalized already.", reason="finalized")
        self.description = command.description or self.description
        if command.price_estimate == "unset":
            self.price_estimate = None
        elif command.price_estimate is not None:
            self.price_estimate, self.currency = command.price_estimate.amount, command.price_estimate.currency
        self.version += 1

    def finalize(self, command: FinalizeQuote, now: datetime) -> None:
        """Settles who sees to it, and when; once."""
        if self.status == "finalized":
            raise conflict("This quote is finalized already.", reason="finalized")
        self.status, self.finalized_at = "finalized", now
        self.assigned_to = command.assigned_to.model_dump(mode="json")
        self.scheduled_on, self.note = command.scheduled_on, command.note
        self.version += 1
