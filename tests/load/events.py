"""How long an event takes from its commit to its handler, in the sample service: outbox, broker, inbox."""

import statistics
import time
from collections.abc import Callable
from contextlib import closing

import psycopg2
from psycopg2.extensions import cursor

from deploy.local.stack import Stack
from tests.chassis.client import Client
from tests.load.compare import Json
from tests.load.echo import CALLER
from tests.sample.contracts.sample import AddNote

AIM_MS = 20.0
EVENTS = 200
PER_SECOND = 50
HANDLED_SECONDS = 30

# The outbox row is made just before its transaction commits, the tally as its handler works: one machine's clock.
TOOK = """
SELECT extract(epoch FROM tally.at - outbox.created_at) * 1000
FROM outbox JOIN tally ON tally.what = outbox.payload ->> 'text'
WHERE tally.what LIKE %s
"""


def measure(stack: Stack, say: Callable[[str], None]) -> Json:
    """Milliseconds, one event at a time and at a steady rate; the sample service must be running."""
    admin_url = stack.server.admin_url.rpartition("/")[0] + "/portico_sample"
    with closing(Client(stack.broker.url)) as client, closing(psycopg2.connect(admin_url)) as database:
        database.autocommit = True
        with database.cursor() as sql:
            _one_at_a_time(client, sql)
            _at_a_steady_rate(client, sql)
            paces = {"one at a time": _figures(sql, "alone"), f"{PER_SECOND} a second": _figures(sql, "steady")}
    for name, figures in paces.items():
        say(f"{name}: median {figures['median_ms']} ms, 95 % below {figures['p95_ms']} ms")
    return {"events": EVENTS, "aim_ms": AIM_MS, "paces": paces}


def _one_at_a_time(client: Client, sql: cursor) -> None:
    for number in range(EVENTS):
        client.ask(AddNote(text=f"alone {number}"), CALLER)
        _wait_for(sql, "alone", number + 1)


def _at_a_steady_rate(client: Client, sql: cursor) -> None:
    began = time.monotonic()
    sent = []
    for number in range(EVENTS):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        message = AddNote(text=f"steady {number}")
        sent.append((message, client.send(message, CALLER)))
    for message, correlation_id in sent:
        client.take(message, correlation_id)
    _wait_for(sql, "steady", EVENTS)


def _wait_for(sql: cursor, what: str, count: int) -> None:
    deadline = time.monotonic() + HANDLED_SECONDS
    while time.monotonic() < deadline:
        sql.execute("SELECT count(*) FROM tally WHERE what LIKE %s", (f"{what} %",))
        if sql.fetchone() == (count,):
            return
        time.sleep(0.01)
    raise TimeoutError(f"fewer than {count} events were handled")


def _figures(sql: cursor, what: str) -> Json:
    sql.execute(TOOK, (f"{what} %",))
    took = sorted(float(milliseconds) for (milliseconds,) in sql.fetchall())
    return {
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[int(len(took) * 0.95)], 1),
        "longest_ms": round(took[-1], 1),
    }
