"""Mails while the mail server fails in every way and replicas are killed: none lost, none twice for nothing."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any

import httpx
import psycopg2
from psycopg2.extensions import cursor
from psycopg2.extras import Json as Jsonb
from psycopg2.extras import execute_values

from deploy.local.stack import Stack
from services.contracts.identity.passwords import PasswordChanged
from services.contracts.identity.portals import Brand
from tests.load import signatures
from tests.load.compare import Json
from tests.load.cpu import Meter
from tests.load.stacks import pids

MAILS = 10_000
REPLICAS = 2
PER_MINUTE = 2_400
AIM_SECONDS = 2.0
SIGNED = 40
SETTLED_SECONDS = 1_800
CALM_PART = 0.1
"""The part of the mails that is sent first without faults, kills and a limit, to see what one costs."""
KILL_GAP = (8.0, 20.0)
"""Seconds between two kills: a replica needs some of them to start."""
PHASE_SECONDS = 8.0
INVOLVED = ("notifications", "notifications-2", "identity", "broker", "database")
TROUBLE: tuple[tuple[Json, ...], ...] = (
    (
        {"kind": "drop", "stage": "mail", "probability": 0.01},
        {"kind": "drop", "stage": "data", "probability": 0.01},
        {"kind": "drop_after_data", "probability": 0.02},
        {"kind": "hang", "ms": 15_000, "probability": 0.002},
    ),
    ({"kind": "refuse"},),
    (
        {"kind": "slow", "ms": 150, "probability": 0.2},
        {"kind": "reject_recipient", "reply": "451 4.3.0 Later, please", "probability": 0.02},
        {"kind": "drop", "stage": "rcpt", "probability": 0.01},
    ),
)
"""What is wrong with the mail server, one after the other."""


def measure(stack: Stack, say: Callable[[str], None], mails: int = MAILS) -> Json:
    """Three runs: signatures' mails at normal load, a calm one, and one under fire. The demo must be loaded."""
    with httpx.Client(base_url=stack.site.mail_url, trust_env=False, timeout=60) as sandbox:
        _restart(stack, limit=0)
        found: Json = {"replicas": REPLICAS, "aim_seconds": AIM_SECONDS, "soon": _soon(stack, sandbox, mails)}
        say(f"mails after a signature: {found['soon']}")
        found["calm"] = _Run(stack, sandbox, max(20, int(mails * CALM_PART))).calm()
        say(f"calm: {found['calm']}")
        _restart(stack, limit=PER_MINUTE)
        found["fire"] = _Run(stack, sandbox, mails).under_fire(say)
        say(f"under fire: {found['fire']}")
    return found


def _restart(stack: Stack, limit: int) -> None:
    stack.restart("notifications", {"MAILS_PER_MINUTE": str(limit)})
    stack.supervisor.scale("notifications", REPLICAS)
    stack.wait_until_ready(120)


@contextmanager
def _sql(stack: Stack, service: str) -> Iterator[cursor]:
    url = stack.server.admin_url.rpartition("/")[0] + f"/portico_{service}"
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as sql:
            yield sql


# At normal load


def _soon(stack: Stack, sandbox: httpx.Client, mails: int) -> Json:
    """Seconds from the commit of a signature until the sales rep's mail came, one signature a second."""
    count = max(5, min(SIGNED, mails // 10))
    with signatures.seller_and_signer(stack) as (staff, priya, clubhouse):
        shown = [signatures.delivered(staff, priya, clubhouse, number) for number in range(count)]
        for each in shown:
            signatures.sign(priya, each)
            time.sleep(1)
    with _sql(stack, "proposals") as sql:
        sql.execute(
            "SELECT id::text, created_at FROM outbox WHERE type = 'proposal_signed'"
            " AND payload ->> 'proposal_id' = ANY(%s)",
            ([each["id"] for each in shown],),
        )
        signed: dict[str, datetime] = dict(sql.fetchall())
    took = sorted(_waited(stack, sandbox, signed))
    return {
        "signatures": count,
        "median": round(median(took), 2),
        "p95": round(took[int(len(took) * 0.95)], 2),
        "longest": round(took[-1], 2),
    }


def _waited(stack: Stack, sandbox: httpx.Client, signed: dict[str, datetime]) -> Iterator[float]:
    deadline = time.monotonic() + 60
    while True:
        with _sql(stack, "notifications") as sql:
            sql.execute(
                "SELECT message_id, event_id::text FROM mail WHERE event_id::text = ANY(%s) AND template LIKE %s",
                (list(signed), "%signed"),
            )
            events: dict[str, str] = dict(sql.fetchall())
        came = {each["message_id"]: _moment(each) for each in _record(sandbox)}
        if len(events) == len(signed) and events.keys() <= came.keys():
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(events)} mails of {len(signed)} signatures, not all of them arrived")
        time.sleep(0.5)
    for message_id, event_id in events.items():
        yield (came[message_id] - signed[event_id]).total_seconds()


def _record(sandbox: httpx.Client) -> list[Json]:
    found: list[Json] = sandbox.get("/api/record").raise_for_status().json()
    return found


def _moment(arrival: Json) -> datetime:
    return datetime.fromisoformat(arrival["received_at"])


# Many


class _Run:
    """So many events, published by identity as any other, and the mails that they become."""

    def __init__(self, stack: Stack, sandbox: httpx.Client, count: int) -> None:
        self.stack, self.sandbox, self.count = stack, sandbox, count

    def calm(self) -> Json:
        """How fast they go without a limit, and what each costs in CPU."""
        second = self.stack.supervisor.process("notifications", REPLICAS)
        assert second
        names = [name for name in INVOLVED if name != "notifications-2"]
        meter = Meter({**pids(self.stack, *names), "notifications-2": second.pid})
        before, began = meter.read(), time.monotonic()
        events = self._publish()
        self._wait(events)
        seconds, after = time.monotonic() - began, meter.read()
        return {
            "mails": self.count,
            "per_second": round(self.count / seconds, 1),
            "cpu_ms": {name: round((after[name] - before[name]) / self.count * 1e3, 1) for name in after},
        }

    def under_fire(self, say: Callable[[str], None]) -> Json:
        """What became of each, by the mail server's own record."""
        over, kills = threading.Event(), [0]
        attackers = [
            threading.Thread(target=self._trouble, args=(over,)),
            threading.Thread(target=self._kill, args=(over, kills)),
        ]
        began, events = time.monotonic(), self._publish()
        for each in attackers:
            each.start()
        try:
            self._wait(events, share=0.98)
        finally:
            over.set()
            for each in attackers:
                each.join()
            self.sandbox.delete("/api/faults").raise_for_status()
        say(f"the trouble is over after {kills[0]} kills; the rest follows")
        self._wait(events)
        return {
            "mails": self.count,
            "seconds": round(time.monotonic() - began),
            "kills": kills[0],
            "limit_per_minute": PER_MINUTE,
            **self._outcome(events),
        }

    def _publish(self) -> list[str]:
        """Rows of identity's outbox, as it would write them itself."""
        with _sql(self.stack, "identity") as sql:
            sql.execute("SELECT company_id::text, id::text FROM contact WHERE status = 'active' ORDER BY id LIMIT 50")
            contacts = sql.fetchall()
            events = [_event(*contacts[number % len(contacts)]) for number in range(self.count)]
            rows = [
                (str(event.id), event.method(), Jsonb(event.model_dump(mode="json")), Jsonb({}), datetime.now(UTC))
                for event in events
            ]
            execute_values(sql, "INSERT INTO outbox (id, type, payload, headers, created_at) VALUES %s", rows)
        return [str(event.id) for event in events]

    def _wait(self, events: list[str], share: float = 1.0) -> None:
        deadline = time.monotonic() + SETTLED_SECONDS
        while (states := self._states(events)).get("sent", 0) < share * self.count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"of {self.count} mails: {states}")
            time.sleep(0.5)

    def _states(self, events: list[str]) -> dict[str, int]:
        with _sql(self.stack, "notifications") as sql:
            sql.execute("SELECT status, count(*) FROM mail WHERE event_id = ANY(%s::uuid[]) GROUP BY 1", (events,))
            return {state: int(count) for state, count in sql.fetchall()}

    def _trouble(self, over: threading.Event) -> None:
        turn = 0
        while not over.is_set():
            self.sandbox.delete("/api/faults")
            for number, fault in enumerate(TROUBLE[turn % len(TROUBLE)]):
                self.sandbox.post("/api/faults", json={**fault, "seed": turn * 10 + number}).raise_for_status()
            turn += 1
            over.wait(PHASE_SECONDS)

    def _kill(self, over: threading.Event, kills: list[int]) -> None:
        chances = random.Random(8)
        while not over.wait(chances.uniform(*KILL_GAP)):
            self.stack.supervisor.kill("notifications", chances.randint(1, REPLICAS))
            kills[0] += 1

    def _outcome(self, events: list[str]) -> Json:
        with _sql(self.stack, "notifications") as sql:
            sql.execute("SELECT message_id, resends, attempts FROM mail WHERE event_id = ANY(%s::uuid[])", (events,))
            known = {message_id: (resends, attempts) for message_id, resends, attempts in sql.fetchall()}
        arrivals = [each for each in _record(self.sandbox) if each["message_id"] in known]
        came = Counter(each["message_id"] for each in arrivals)
        return {
            "accepted": len(came),
            "lost": self.count - len(came),
            "accepted_again": sum(came.values()) - len(came),
            "again_without_interruption": sum(came[each] > 1 + known[each][0] for each in came),
            "counted_resends": sum(resends for resends, _ in known.values()),
            "attempts": sum(attempts for _, attempts in known.values()),
            "most_in_a_minute": _most_in_a_minute(sorted(map(_moment, arrivals))),
        }


def _event(company_id: str, contact_id: str) -> PasswordChanged:
    given: dict[str, Any] = {"company_id": company_id, "person_id": contact_id, "person_kind": "contact"}
    return PasswordChanged(
        changed_at=datetime.now(UTC),
        portal_slug="evergreen-austin",
        brand=Brand(name="Evergreen Austin", colour="#1f6f4a"),
        **given,
    )


def _most_in_a_minute(arrivals: list[datetime]) -> int:
    """In any 60 seconds."""
    most, first = 0, 0
    for last, at in enumerate(arrivals):
        while (at - arrivals[first]).total_seconds() >= 60:
            first += 1
        most = max(most, last - first + 1)
    return most
