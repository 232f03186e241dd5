"""Cursors of the list of proposals: where its next page begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from services.contracts.errors import invalid


def cursor_after(listed_at: datetime, proposal_id: UUID) -> str:
    """The cursor of what follows this proposal; opaque to the caller."""
    return urlsafe_b64encode(f"{listed_at.isoformat()} {proposal_id}".encode()).decode()


def position(cursor: str) -> tuple[datetime, UUID]:
    """The sort key that a cursor stands for; invalid where nobody here made it."""
    try:
        listed_at, proposal_id = urlsafe_b64decode(cursor.encode()).decode().split(" ")
        at = datetime.fromisoformat(listed_at)
        if at.tzinfo is None:
            raise ValueError("a position has a time zone")
        return at, UUID(proposal_id)
    except ValueError:
        raise invalid("This is not a cursor of this list.", field="cursor") from None
