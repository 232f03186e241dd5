"""Payment methods, and how they come to be kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.billing.methods import Funding
from services.contracts.principals import PaymentMethodType


class CustomerAccount(Base):
    """A customer as the payment provider knows it. Its row is also the lock for what is kept of its methods."""

    __tablename__ = "customer_account"
    __table_args__ = (UniqueConstraint("company_id", "provider_id"),)

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    provider_id: Mapped[str]
    created_at: Mapped[datetime]


class PaymentMethod(Base):
    """What a payer recognises a kept method by; the number itself is the provider's."""

    __tablename__ = "payment_method"
    __table_args__ = (
        Index("payment_method_customer_idx", "customer_id", "created_at", "id"),
        Index(
            "payment_method_mark_idx",
            "customer_id",
            "fingerprint",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("payment_method_default_idx", "customer_id", "type", unique=True, postgresql_where=text("is_default")),
        CheckConstraint("removed_at IS NULL OR NOT is_default", name="default"),
        Index(
            "payment_method_detach_idx",
            "removed_at",
            postgresql_where=text("removed_at IS NOT NULL AND detached_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    type: Mapped[PaymentMethodType] = mapped_column(Text)
    brand: Mapped[str]
    last4: Mapped[str]
    expires_on: Mapped[date | None]
    fingerprint: Mapped[str]
    """The provider's mark of the same card, whoever enters it and however often."""
    provider_id: Mapped[str]
    funding: Mapped[Funding] = mapped_column(Text, server_default="unknown")
    is_default: Mapped[bool]
    """The customer's one of its type."""
    added_by: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Since when nobody sees it or pays with it; the row stays for the payments that were made with it."""
    detached_at: Mapped[datetime | None]
    """Since when the provider has forgotten it too."""

    def remove(self, now: datetime) -> None:
        """Takes it out of use; the provider is told later."""
        if self.removed_at is not None:
            raise ValueError("a payment method is removed once")
        self.removed_at, self.is_default = now, False


class Setup(Base):
    """A started attempt to keep a method: through the provider's fields, or through its hosted page."""

    __tablename__ = "setup"
    __table_args__ = (
        Index("setup_open_idx", "customer_id", "created_at", postgresql_where=text("finished_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    type: Mapped[PaymentMethodType] = mapped_column(Text)
    intent_id: Mapped[str]
    session_id: Mapped[str]
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
