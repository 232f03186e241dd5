"""Cursors of lists that are ordered by time, newest first."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from services.contracts.errors import invalid


def cursor_after(created_at: datetime, row_id: UUID) -> str:
    """Where the next page begins; opaque to the caller."""
    return urlsafe_b64encode(f"{created_at.isoformat()} {row_id}".encode()).decode()


def position(cursor: str) -> tuple[datetime, UUID]:
    """The sort key that a cursor stands for; invalid where nobody here made it."""
    try:
        created_at, row_id = urlsafe_b64decode(cursor.encode()).decode().split(" ")
        at = datetime.fromisoformat(created_at)
        if at.tzinfo is None:
            raise ValueError("a position has a time zone")
        return at, UUID(row_id)
    except ValueError:
        raise invalid("This is not a cursor of this list.", field="cursor") from None
