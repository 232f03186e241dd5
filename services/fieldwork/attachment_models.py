"""The table of what is attached to jobs, equipment, requests, comments and quotes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.fieldwork.attachments import AttachmentView
from services.contracts.files import FileView


class Attachment(Base):
    """One file; until it is `ready`, its bytes may be in the store, or some of them, or none.

    `due_at` is when bytes and row are removed, of one that is still `arriving` then, or was `removed`.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("status IN ('arriving', 'ready', 'removed')", name="status"),
        CheckConstraint("(status = 'ready') = (due_at IS NULL)", name="due_at"),
        Index("attachment_owner_idx", "company_id", "owner_kind", "owner_id", "created_at", "id"),
        Index("attachment_file_idx", "company_id", text("(file ->> 'key')")),
        Index("attachment_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    status: Mapped[str]
    file: Mapped[dict[str, Any]]
    thumbnail: Mapped[dict[str, Any] | None]
    visible: Mapped[bool]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID]
    created_by_kind: Mapped[str]
    created_by: Mapped[str]
    due_at: Mapped[datetime | None]

    def mark_ready(self) -> None:
        """Its bytes are there."""
        self.status, self.due_at = "ready", None

    def mark_removed(self, now: datetime) -> None:
        """Nobody sees it any more; its bytes may go."""
        self.status, self.due_at = "removed", now

    def files(self) -> tuple[FileView, FileView | None]:
        """Where its bytes and its thumbnail's lie."""
        thumbnail = None if self.thumbnail is None else FileView.model_validate(self.thumbnail)
        return FileView.model_validate(self.file), thumbnail

    def view(self, *, in_portal: bool) -> AttachmentView:
        """The attachment as the office sees it or, `in_portal`, as its customer does."""
        file = FileView.model_validate(self.file)
        return AttachmentView(
            id=self.id,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            created_at=self.created_at,
            created_by=self.created_by,
            is_picture=self.thumbnail is not None,
            visible=None if in_portal else self.visible,
        )
