"""Events on their way out: written with their effect, published with confirms right after the commit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from eventlet import Timeout
from eventlet.event import Event as Signal
from sqlalchemy import Engine, Row, select, text, update
from sqlalchemy.orm import Session

from services.chassis import tracing
from services.chassis.confirms import ConfirmingChannel
from services.chassis.context import current
from services.chassis.tables import OutboxRow
from services.contracts.messages import Event

log = structlog.get_logger()

BATCH = 200


def row(event: Event, now: datetime) -> OutboxRow:
    """The event as it will be published, with the context of the call that it came of."""
    return OutboxRow(
        id=event.id,
        type=event.method(),
        payload=event.model_dump(mode="json"),
        headers={"request_id": current().request_id, **tracing.carried()},
        created_at=now,
    )


class Relay:
    """Publishes what the outbox holds; replicas share it row by row."""

    def __init__(self, engine: Engine, channel: ConfirmingChannel, exchange: str, seconds: float) -> None:
        self._engine = engine
        self._channel = channel
        self._exchange = exchange
        self._seconds = seconds
        self._signal = Signal()
        self._stopping = False

    def wake(self) -> None:
        """Says that something was just committed."""
        if not self._signal.ready():
            self._signal.send()

    def run(self) -> None:
        """Publishes until stopped; a failure is logged and met again at the next turn."""
        while not self._stopping:
            with Timeout(self._seconds, False):
                self._signal.wait()
            self._signal = Signal()
            self.drain()

    def drain(self) -> None:
        """Publishes all that can be published now."""
        try:
            while self._publish_batch() == BATCH:
                pass
        except Exception:
            log.warning("events could not be published; they stay in the outbox", exc_info=True)

    def stop(self) -> None:
        """Publishes what is left and ends."""
        self._stopping = True
        self.wake()

    def _publish_batch(self) -> int:
        with Session(self._engine) as session, session.begin():
            rows = session.execute(
                select(OutboxRow.id, OutboxRow.type, OutboxRow.payload, OutboxRow.headers, OutboxRow.created_at)
                .where(OutboxRow.published_at.is_(None))
                .order_by(OutboxRow.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            if rows:
                self._publish(rows)
                session.execute(
                    update(OutboxRow)
                    .where(OutboxRow.id.in_([each.id for each in rows]))
                    .values(published_at=datetime.now(UTC))
                )
            return len(rows)

    def _publish(self, rows: Sequence[Row[Any]]) -> None:
        """Each with a span from when it was written down until it is published, which its handlers come under."""
        spans = [tracing.announcing(f"announce {each.type}", each.headers, each.created_at) for each in rows]
        outgoing = [
            (each.type, each.payload, tracing.with_span(each.headers, span))
            for each, span in zip(rows, spans, strict=True)
        ]
        self._channel.publish(self._exchange, outgoing)
        for span in spans:
            span.end()


def prune(session: Session) -> None:
    """Forgets what was published a week ago."""
    session.execute(text("DELETE FROM outbox WHERE published_at < now() - interval '7 days'"))
