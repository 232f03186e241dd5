"""Gauges of what stands in the database: how many rows in each state, and how long the oldest of them has been there.

    PAYMENTS = Standing("payments", "Payments whose outcome is to come", get_args(...), looked_up("open_payments"))

    measure_payments = everywhere(PAYMENTS.measure, seconds=gauges.EVERY)

Each replica looks at all companies' rows and tells the same: whoever reads them takes the highest (`max`), not the sum.
Only what is open is counted, by a partial index; what has happened is told by counters.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import Select, column, func, literal, select
from sqlalchemy.orm import Session

from services.chassis.tables import InboxRow, OutboxRow
from services.chassis.work import Work

EVERY = 15.0
"""Seconds between two looks, as between two of Prometheus's."""

MEASURED = Gauge("portico_measured_timestamp_seconds", "When what a gauge tells was last looked at", ["gauge"])


class Standing:
    """Two gauges, `portico_<name>` and `portico_<name>_oldest_seconds`, by the states named; what has no rows is 0.

    `found` answers (state, how many, since when the oldest), a row for each state that has some.
    """

    def __init__(self, name: str, what: str, states: Sequence[str], found: Select[*tuple[Any, ...]]) -> None:
        self._name = name
        self._states = states
        self._found = found
        self._many = Gauge(f"portico_{name}", what, ["state"])
        self._oldest = Gauge(f"portico_{name}_oldest_seconds", f"{what}: since when the oldest", ["state"])

    def measure(self, work: Work) -> None:
        """As a use case, for `everywhere`."""
        self.read(work.session)

    def read(self, session: Session) -> None:
        """Looks, and tells it from now on."""
        now = datetime.now(UTC)
        rows = {state: (many, since) for state, many, since in session.execute(self._found)}
        for state in self._states:
            many, since = rows.get(state, (0, None))
            self._many.labels(state).set(many)
            self._oldest.labels(state).set(max(0.0, (now - since).total_seconds()) if since else 0)
        measured(self._name)


def looked_up(name: str) -> Select[*tuple[Any, ...]]:
    """What the look-up of this name answers: `TABLE (state text, many bigint, since timestamptz)`."""
    found = getattr(func.lookups, name)().table_valued(column("state"), column("many"), column("since"))
    return select(found.c.state, found.c.many, found.c.since)


def measured(gauge: str) -> None:
    """Notes that a gauge tells what is there now; one that nobody has looked at for long is not to be believed."""
    MEASURED.labels(gauge).set_to_current_time()


# What every service has

_UNPUBLISHED = OutboxRow.published_at.is_(None)
# Ids grow with time: the oldest is the first of the index, without a look at the others.
_OLDEST = select(OutboxRow.created_at).where(_UNPUBLISHED).order_by(OutboxRow.id).limit(1).scalar_subquery()
OUTBOX = Standing(
    "outbox_events",
    "Events that wait to be published",
    ("unpublished",),
    select(literal("unpublished"), func.count(), _OLDEST).select_from(OutboxRow).where(_UNPUBLISHED),
)

_FAILED = ("failed", "dead")
INBOX = Standing(
    "inbox_events",
    "Events that a handler failed at: they are tried again, or given up on",
    _FAILED,
    select(InboxRow.state, func.count(), func.min(InboxRow.received_at))
    .where(InboxRow.state.in_(_FAILED))
    .group_by(InboxRow.state),
)
