"""Opaque cursors of keyset pages: where the last row stood in the order."""

import base64
import binascii
from datetime import date, datetime
from uuid import UUID

from services.contracts.errors import invalid


def encode(key: date | datetime, row_id: UUID) -> str:
    """The cursor after a row."""
    return base64.urlsafe_b64encode(f"{key.isoformat()} {row_id}".encode()).decode()


def decode_date(cursor: str) -> tuple[date, UUID]:
    """The date and id in a cursor; invalid where it is none of ours."""
    key, row_id = _parts(cursor)
    try:
        return date.fromisoformat(key), UUID(row_id)
    except ValueError:
        raise _refusal() from None


def decode_time(cursor: str) -> tuple[datetime, UUID]:
    """The moment and id in a cursor; invalid where it is none of ours."""
    key, row_id = _parts(cursor)
    try:
        moment = datetime.fromisoformat(key)
        if moment.tzinfo is None:
            raise _refusal()
        return moment, UUID(row_id)
    except ValueError:
        raise _refusal() from None


def _parts(cursor: str) -> tuple[str, str]:
    try:
        key, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode("ascii").partition(" ")
    except (binascii.Error, UnicodeError):
        raise _refusal() from None
    return key, row_id


def _refusal() -> Exception:
    return invalid("The cursor is not one of this list.", field="cursor")
