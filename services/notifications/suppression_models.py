"""The table of suppressed addresses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class Suppression(Base):
    """An address to which a company sends no mail, or none but the essential ones; in lower case."""

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint("reason IN ('bounced', 'complained', 'staff')", name="reason"),
        Index("suppression_list_idx", "company_id", "since", "id"),
    )

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    reason: Mapped[str]
    since: Mapped[datetime]
    by: Mapped[str]
    """Who or what had it suppressed."""
    said: Mapped[str]
    """What the mail server or that person said of it."""
