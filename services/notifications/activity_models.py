"""The table of activities."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class Activity(Base):
    """An entry in one staff member's feed, because of one event."""

    __tablename__ = "activity"
    __table_args__ = (
        UniqueConstraint("event_id", "staff_id"),
        Index("activity_feed_idx", "company_id", "staff_id", "at", "id"),
        Index("activity_unread_idx", "company_id", "staff_id", "at", "id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    event_id: Mapped[UUID]
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
