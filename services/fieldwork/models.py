"""Requests' own table; the rest of fieldwork's lie in modules of their own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.snapshots import Person
from services.fieldwork import attachment_models as attachment_models
from services.fieldwork import equipment_models as equipment_models
from services.fieldwork import job_models as job_models
from services.fieldwork import request_models as request_models
from services.fieldwork import visit_models as visit_models


class Request(Base):
    """An issue raised about a property; the portal shows it only where it includes the client."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        CheckConstraint("created_by_kind IN ('contact', 'staff')", name="created_by_kind"),
        UniqueConstraint("company_id", "number"),
        Index("request_newest_idx", "company_id", "created_at", "id"),
        Index("request_status_newest_idx", "company_id", "status", "created_at", "id"),
        Index("request_property_newest_idx", "company_id", "property_id", "created_at", "id"),
        Index(
            "request_customer_newest_idx",
            "company_id",
            "customer_id",
            "created_at",
            "id",
            postgresql_where=text("include_client"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    branch_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    property_id: Mapped[UUID]
    property: Mapped[dict[str, Any]]
    """The site as it was when the request was raised."""
    number: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    category: Mapped[str]
    priority: Mapped[str]
    status: Mapped[str]
    include_client: Mapped[bool]
    assigned_to: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The staff member who sees to it, as they were called when it was given to them."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID]
    created_by_kind: Mapped[str]
    created_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    job_id: Mapped[UUID | None]
    quote_id: Mapped[UUID | None]
    version: Mapped[int]

    def close(self, now: datetime) -> bool:
        """Whether it was open until now."""
        if self.status == "closed":
            return False
        self.status, self.closed_at = "closed", now
        return True

    def reopen(self) -> bool:
        """Whether it was closed until now."""
        if self.status == "open":
            return False
        self.status, self.closed_at = "open", None
        return True

    def assign(self, person: Person | None) -> bool:
        """Whether it was somebody else's, or nobody's, until now."""
        given = person.model_dump(mode="json") if person else None
        if self.assigned_to == given:
            return False
        self.assigned_to = given
        return True
