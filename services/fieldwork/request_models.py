"""What is kept beside a request: what was said about it, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base


class RequestComment(Base):
    """What somebody said about a request; the customer sees it only where it is public."""

    __tablename__ = "request_comment"
    __table_args__ = (
        CheckConstraint("author_kind IN ('contact', 'staff')", name="author_kind"),
        CheckConstraint("public OR author_kind = 'staff'", name="public"),
        Index("request_comment_request_idx", "company_id", "request_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    request_id: Mapped[UUID]
    text: Mapped[str]
    public: Mapped[bool]
    author_id: Mapped[UUID]
    author_kind: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime]


class RequestEntry(Base):
    """One line of a request's history; it is only ever added to."""

    __tablename__ = "request_entry"
    __table_args__ = (Index("request_entry_request_idx", "company_id", "request_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    request_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[str]
    what: Mapped[str]
    detail: Mapped[str]
