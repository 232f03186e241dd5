"""The tables of equipment and of the jobs done on it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class Equipment(Base):
    """Something at a customer's property that is looked after; `label` is the end of its label's address."""

    __tablename__ = "equipment"
    __table_args__ = (
        UniqueConstraint("label"),
        Index("equipment_newest_idx", "company_id", "created_at", "id"),
        Index("equipment_property_newest_idx", "company_id", "property_id", "created_at", "id"),
        Index("equipment_customer_newest_idx", "company_id", "customer_id", "created_at", "id"),
        Index("equipment_serial_number_newest_idx", "company_id", "serial_number", "created_at", "id"),
        Index("equipment_folded_serial_idx", "company_id", "folded_serial", "id"),
        Index("equipment_due_idx", "company_id", "service_due_on", "id"),
        Index("equipment_customer_due_idx", "company_id", "customer_id", "service_due_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    customer: Mapped[dict[str, Any]]
    property_id: Mapped[UUID]
    property: Mapped[dict[str, Any]]
    kind: Mapped[str]
    make: Mapped[str]
    model: Mapped[str]
    serial_number: Mapped[str]
    folded_serial: Mapped[str] = mapped_column(Text(collation="C"), Computed("lower(serial_number)", persisted=True))
    location: Mapped[str]
    installed_on: Mapped[date | None]
    warranty_until: Mapped[date | None]
    last_serviced_on: Mapped[date | None]
    service_due_on: Mapped[date | None]
    label: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int]

    def name(self) -> str:
        """What people call it: `Air conditioner, Daikin RXC24`."""
        made = " ".join(part for part in (self.make, self.model) if part)
        return f"{self.kind}, {made}" if made else self.kind


class JobEquipment(Base):
    """That a job is about a piece of equipment."""

    __tablename__ = "job_equipment"
    __table_args__ = (Index("job_equipment_equipment_idx", "company_id", "equipment_id", "job_created_at", "job_id"),)

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    equipment_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    job_created_at: Mapped[datetime]
    """The job's, so that an equipment's history is read in order."""
