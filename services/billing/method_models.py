"""Payment methods, and how they come to be kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
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
        Index("payment_method_reminder_idx", "next_reminder_at", postgresql_where=text("next_reminder_at IS NOT NULL")),
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
    setup_id: Mapped[UUID | None]
    """How it was entered last."""
    verification_url: Mapped[str | None]
    """Where its holder proves that it is theirs; None where nothing is left to be proved."""
    detached_at: Mapped[datetime | None]
    """Since when the provider has forgotten it too."""
    next_reminder_at: Mapped[datetime | None]
    """When it is looked whether anybody is to be told that it ends."""

    @property
    def is_verified(self) -> bool:
        """Whether nothing is left to be proved of it."""
        return self.verification_url is None

    def remove(self, now: datetime) -> None:
        """Takes it out of use; the provider is told later."""
        if self.removed_at is not None:
            raise ValueError("a payment method is removed once")
        self.removed_at, self.is_default, self.next_reminder_at = now, False, None


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
    started_by_id: Mapped[UUID | None]
    branch_id: Mapped[UUID | None]
    mandate_text: Mapped[str | None]
    """What the holder of a bank account is shown and agrees to by entering it."""
    ip: Mapped[str] = mapped_column(server_default="")
    user_agent: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Mandate(Base):
    """The evidence that the holder of a bank account agreed to debits. It is never changed, nor deleted."""

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("company_id", "provider_id"), Index("mandate_method_idx", "payment_method_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    payment_method_id: Mapped[UUID] = mapped_column(ForeignKey("payment_method.id"))
    contact_id: Mapped[UUID]
    provider_id: Mapped[str]
    wording: Mapped[str]
    accepted_at: Mapped[datetime]
    ip: Mapped[str]
    user_agent: Mapped[str]
    created_at: Mapped[datetime]
