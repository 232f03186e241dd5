"""Visits, their notes, and the secret addresses of calendars."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.errors import conflict


class Visit(Base):
    """One scheduled attendance at a property, by the clocks of its site.

    `begins_at` is what lists are ordered by: the start of the window, or of the day where there is none.
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("status IN ('scheduled', 'completed', 'cancelled')", name="status"),
        CheckConstraint("(window_starts IS NULL) = (window_ends IS NULL)", name="window"),
        Index("visit_latest_idx", "company_id", "begins_at", "id"),
        Index("visit_status_idx", "company_id", "status", "begins_at", "id"),
        Index("visit_customer_idx", "company_id", "customer_id", "status", "begins_at", "id"),
        Index("visit_customer_latest_idx", "company_id", "customer_id", "begins_at", "id"),
        Index("visit_property_idx", "company_id", "property_id", "status", "begins_at", "id"),
        Index("visit_job_idx", "company_id", "job_id", "begins_at", "id"),
        Index("visit_reminder_idx", "remind_at", postgresql_where=text("remind_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    property_id: Mapped[UUID]
    property: Mapped[dict[str, Any]]
    """The site as it was when the visit was planned."""
    status: Mapped[str]
    time_zone: Mapped[str]
    date: Mapped[dt.date]
    window_starts: Mapped[dt.time | None]
    window_ends: Mapped[dt.time | None]
    begins_at: Mapped[dt.datetime]
    services: Mapped[list[str]] = mapped_column(ARRAY(Text))
    service_contact: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    job_id: Mapped[UUID | None]
    proposal_id: Mapped[UUID | None]
    created_at: Mapped[dt.datetime]
    completed_at: Mapped[dt.datetime | None]
    version: Mapped[int]
    """Which of the changes of the plan this is; notes do not count."""
    remind_at: Mapped[dt.datetime | None]
    """When its customer is told that somebody comes tomorrow."""

    def require_scheduled(self) -> None:
        """Refuses to change what is over."""
        if self.status != "scheduled":
            raise conflict(f"This visit is {self.status}.", reason=self.status)

    def complete(self, now: dt.datetime) -> None:
        """It took place."""
        if self.status != "completed":
            self.require_scheduled()
            self.status, self.completed_at, self.remind_at = "completed", now, None

    def cancel(self) -> None:
        """It will not take place."""
        if self.status != "cancelled":
            self.require_scheduled()
            self.status, self.remind_at = "cancelled", None


class VisitNote(Base):
    """What somebody wrote down about a visit; the customer sees it only where it is shown in the portal."""

    __tablename__ = "visit_note"
    __table_args__ = (Index("visit_note_visit_idx", "company_id", "visit_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    text: Mapped[str]
    shown_in_portal: Mapped[bool]
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str]


class CalendarAddress(Base):
    """The secret address of a contact's calendar of one portal: one row each, of the address only its hash."""

    __tablename__ = "calendar_address"
    __table_args__ = (UniqueConstraint("token_hash"),)

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    branch_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[dt.datetime]
