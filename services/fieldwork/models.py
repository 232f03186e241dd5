"""Fieldwork's tables."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.fieldwork.requests import RequestStatus, RequestView
from services.contracts.snapshots import PropertySnapshot


class Request(Base):
    """An issue raised about a property; the portal shows it only where it includes the client."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        CheckConstraint("created_by_kind IN ('contact', 'staff')", name="created_by_kind"),
        UniqueConstraint("company_id", "number"),
        Index("request_newest_idx", "company_id", "created_at", "id"),
        Index("request_property_newest_idx", "company_id", "property_id", "created_at", "id"),
        Index("request_customer_newest_idx", "company_id", "customer_id", "created_at", "id"),
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
    status: Mapped[str]
    include_client: Mapped[bool]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID]
    created_by_kind: Mapped[str]
    created_by: Mapped[str]
    version: Mapped[int]

    def view(self, *, in_portal: bool) -> RequestView:
        """The request as the office sees it or, `in_portal`, as its customer does."""
        return RequestView(
            id=self.id,
            number=self.number,
            title=self.title,
            description=self.description,
            status=cast(RequestStatus, self.status),
            property=PropertySnapshot.model_validate(self.property),
            created_at=self.created_at,
            created_by=self.created_by,
            include_client=None if in_portal else self.include_client,
        )
