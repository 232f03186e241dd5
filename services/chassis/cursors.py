"""Opaque cursors of keyset pages: where the last row stood in the order."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

import orjson
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from services.contracts.errors import invalid

Key = TypeVar("Key", str, date, datetime)

_POSITIONS: dict[type, TypeAdapter[tuple[object, UUID]]] = {
    str: TypeAdapter(tuple[str, UUID]),
    date: TypeAdapter(tuple[date, UUID]),
    datetime: TypeAdapter(tuple[AwareDatetime, UUID]),
}


def after(key: str | date | datetime, row_id: UUID) -> str:
    """The cursor of what follows the row with this sort key; ties go by id."""
    return urlsafe_b64encode(orjson.dumps([key, row_id])).decode()


def position(cursor: str, kind: type[Key]) -> tuple[Key, UUID]:
    """The sort key and id that a cursor stands for; invalid where nobody here made it."""
    try:
        key, row_id = _POSITIONS[kind].validate_json(urlsafe_b64decode(cursor.encode()))
        # PostgreSQL knows fewer time zones than a cursor can name, and UTC does not reach as far as they do.
        key = key.astimezone(UTC) if isinstance(key, datetime) else key
    except (OverflowError, ValueError, ValidationError):
        raise _refusal() from None
    # PostgreSQL has no text with a NUL in it.
    if not isinstance(key, kind) or (isinstance(key, str) and "\0" in key):
        raise _refusal()
    return key, row_id


def _refusal() -> Exception:
    return invalid("This is not a cursor of this list.", field="cursor")
