"""The tables of jobs, of their history, and of the time logged on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class Job(Base):
    """Work at a property. `time_logged` is the sum of its entries' minutes."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("status IN ('requested', 'booked', 'in_progress', 'completed', 'cancelled')", name="status"),
        CheckConstraint("status <> 'booked' OR date_booked IS NOT NULL", name="date_booked"),
        CheckConstraint("time_logged >= 0", name="time_logged"),
        UniqueConstraint("company_id", "number"),
        UniqueConstraint("company_id", "request_id"),
        Index("job_newest_idx", "company_id", "created_at", "id"),
        Index("job_status_newest_idx", "company_id", "status", "created_at", "id"),
        Index("job_property_newest_idx", "company_id", "property_id", "created_at", "id"),
        Index("job_customer_newest_idx", "company_id", "customer_id", "created_at", "id"),
        Index("job_contact_newest_idx", "company_id", "contact_id", "created_at", "id"),
        Index("job_customer_status_idx", "company_id", "customer_id", "status", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    customer: Mapped[dict[str, Any]]
    property_id: Mapped[UUID]
    property: Mapped[dict[str, Any]]
    """The site as it was when the job was made, as `customer`."""
    contact_id: Mapped[UUID | None]
    request_id: Mapped[UUID | None]
    number: Mapped[str]
    status: Mapped[str]
    description: Mapped[str]
    preferred_date: Mapped[date | None]
    date_booked: Mapped[date | None]
    time_logged: Mapped[int]
    work_undertaken: Mapped[str]
    assigned_to: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int]


class JobEntry(Base):
    """One line of a job's history; it is only ever added to."""

    __tablename__ = "job_entry"
    __table_args__ = (Index("job_entry_job_idx", "company_id", "job_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    job_id: Mapped[UUID]
    status: Mapped[str]
    date_booked: Mapped[date | None]
    at: Mapped[datetime]
    by: Mapped[str]


class JobTime(Base):
    """Time that somebody worked on a job."""

    __tablename__ = "job_time"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        Index("job_time_job_idx", "company_id", "job_id", "worked_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    job_id: Mapped[UUID]
    worked_on: Mapped[date]
    minutes: Mapped[int]
    staff: Mapped[str]
    note: Mapped[str]
