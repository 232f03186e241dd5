"""The one mechanism that makes a message take effect once: commands and events alike."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import Table, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.chassis.context import seconds_left
from services.chassis.tables import InboxRow
from services.contracts.errors import conflict
from services.contracts.messages import Command, Message

KEPT_FOR = timedelta(days=30)
"""How long a repeat is recognised."""

BACK_OFF_SECONDS = (1, 5, 30, 120, 600, 1800, 3600)
"""Before each further attempt at an event; after the last it is dead."""


_INBOX = cast(Table, InboxRow.__table__)
_CLAIM = insert(_INBOX).on_conflict_do_nothing().returning(_INBOX.c.message_id)


def payload_hash(key: bytes, message: Message, principal_id: UUID | None) -> bytes:
    """What a repeat must equal: the payload and who sent it, hashed with a key because it may hold secrets.

    Fields at their defaults are left out, so that a repeat is still one after a contract has got a new field.
    """
    circumstances = message.circumstances if isinstance(message, Command) else frozenset()
    payload = _plain(message.model_dump(exclude=set(circumstances), exclude_defaults=True))
    said = orjson.dumps([payload, principal_id], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    return hmac.digest(key, said, hashlib.sha256)


def _plain(value: Any) -> Any:
    """The value with its secrets told: pydantic hides them from a dump, and the hash must cover them."""
    if hasattr(value, "get_secret_value"):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(str(item) for item in value)
    return value


def begin(session: Session, message_id: UUID, handler: str, digest: bytes) -> InboxRow | None:
    """Claims the message for this transaction; None if it is new, its row if it was met before.

    A repeat blocks on the first's uncommitted row until that commits or rolls back, at most until the
    statement time-out, which is the caller's deadline.
    """
    given_up_at = datetime.now(UTC) + timedelta(seconds=seconds_left())
    return _claim(session, message_id, handler, digest, "started", given_up_at)


def take(session: Session, message_id: UUID, handler: str, digest: bytes) -> InboxRow | None:
    """The same of what takes effect in this very transaction, as an event does: nothing is left to be recorded."""
    return _claim(session, message_id, handler, digest, "answered", None)


def _claim(
    session: Session, message_id: UUID, handler: str, digest: bytes, state: str, due_at: datetime | None
) -> InboxRow | None:
    claim = {
        "message_id": message_id,
        "handler": handler,
        "state": state,
        "payload_hash": digest,
        "received_at": datetime.now(UTC),
        "due_at": due_at,
        "attempts": 1,
    }
    if session.execute(_CLAIM, claim).first():
        return None
    met = session.get_one(InboxRow, (message_id, handler), populate_existing=True)
    if not hmac.compare_digest(met.payload_hash, digest):
        raise conflict("This was already sent with other content.", reason="id_reused")
    return met


def answered(session: Session, message_id: UUID, handler: str, answer: dict[str, Any] | None) -> None:
    """Records that the message took effect, in the transaction of the effect."""
    session.execute(
        update(_INBOX)
        .where(_INBOX.c.message_id == message_id, _INBOX.c.handler == handler)
        .values(state="answered", answer=answer, event=None, due_at=None, error=None)
    )


def failed(session: Session, message_id: UUID, handler: str, digest: bytes, event: dict[str, Any], error: str) -> str:
    """Keeps an event whose handler raised, for its next attempt or as dead; answers the new state."""
    now = datetime.now(UTC)
    insert_row = insert(InboxRow).values(
        message_id=message_id,
        handler=handler,
        state="failed",
        payload_hash=digest,
        received_at=now,
        due_at=now,
        attempts=0,
    )
    session.execute(insert_row.on_conflict_do_nothing())
    row = session.get_one(InboxRow, (message_id, handler), with_for_update=True, populate_existing=True)
    if row.state == "answered":
        return row.state
    dead = row.attempts >= len(BACK_OFF_SECONDS)
    if not dead:
        row.due_at = now + timedelta(seconds=BACK_OFF_SECONDS[row.attempts])
    row.state = "dead" if dead else "failed"
    row.attempts += 1
    row.event = event
    row.error = error
    return row.state


def next_due(session: Session) -> InboxRow | None:
    """A failed event whose time has come; it may be gone by the time it is claimed."""
    due = select(InboxRow).where(InboxRow.state == "failed", InboxRow.due_at <= datetime.now(UTC))
    return session.scalars(due.order_by(func.random()).limit(1)).first()


def claim_due(session: Session, due: InboxRow) -> bool:
    """Locks a due event for this transaction; False where another replica holds it or has handled it."""
    claim = select(InboxRow.message_id).where(
        InboxRow.message_id == due.message_id,
        InboxRow.handler == due.handler,
        InboxRow.state == "failed",
        InboxRow.attempts == due.attempts,
    )
    return session.execute(claim.with_for_update(skip_locked=True)).first() is not None


def dead(session: Session, limit: int = 100) -> list[InboxRow]:
    """The events given up on, oldest first."""
    return list(
        session.scalars(select(InboxRow).where(InboxRow.state == "dead").order_by(InboxRow.received_at).limit(limit))
    )


def replay(session: Session, message_id: UUID | None = None) -> int:
    """Has one dead event, or all, tried again from the first attempt; answers how many."""
    again = update(InboxRow).where(InboxRow.state == "dead")
    if message_id:
        again = again.where(InboxRow.message_id == message_id)
    values = again.values(state="failed", due_at=datetime.now(UTC), attempts=0)
    return len(session.execute(values.returning(InboxRow.message_id)).all())


def prune(session: Session) -> None:
    """Forgets what no repeat can reasonably refer to."""
    session.execute(
        text("DELETE FROM inbox WHERE state = 'answered' AND received_at < now() - make_interval(days => :days)"),
        {"days": KEPT_FOR.days},
    )
