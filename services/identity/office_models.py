"""Tables that the office has to itself: who did what."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.messages import new_id

ActorKind = Literal["contact", "staff", "integration", "system", "operator", "nobody"]


class AuditEvent(Base):
    """Who did what to whom, when, and from where; rows are added and never changed."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "company_id", "at", "id"),
        Index(None, "company_id", "topic", "at", "id"),
        Index(None, "company_id", "actor_id", "at", "id"),
        Index(None, "company_id", "subject_id", "at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    topic: Mapped[str]
    """The action's part before the dot, which lists are filtered by."""
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID | None]
    subject_name: Mapped[str]
    ip: Mapped[str]
    user_agent: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
