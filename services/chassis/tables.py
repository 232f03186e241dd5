"""The tables that every service's database has: inbox, outbox, timers and number series."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, LargeBinary, MetaData, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    """The tables of one service; a process hosts one service, so it has one set of tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        str: Text,
        bytes: LargeBinary,
    }


class InboxRow(Base):
    """One message met by one handler: the proof that it took effect, and what was answered.

    `state` is `started` (its first transaction is committed, it calls an outside system), `answered`,
    `failed` (an event that will be tried again at `due_at`) or `dead` (an event given up on).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_due_idx", "due_at", postgresql_where=text("state = 'failed'")),
        Index("inbox_failed_idx", "state", "received_at", postgresql_where=text("state IN ('failed', 'dead')")),
    )

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    payload_hash: Mapped[bytes]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Of a failed event: its next attempt. Of a started command: when its caller stops waiting."""
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[dict[str, Any] | None]
    event: Mapped[dict[str, Any] | None]
    """Of an event that failed: itself, for the next attempt."""
    error: Mapped[str | None]


class OutboxRow(Base):
    """An event written in the transaction of its effect; the relay publishes it after the commit."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_unpublished_idx", "id", postgresql_where=text("published_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    headers: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class TimerRow(Base):
    """When a timer that runs once across replicas last began."""

    __tablename__ = "timer"

    name: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]


class NumberSeries(Base):
    """The last human number that a company's documents of one kind and year were given."""

    __tablename__ = "number_series"

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
