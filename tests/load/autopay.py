"""Autopay runs on a whole Portico: each invoice charged once though a replica is killed, and how fast they go."""

import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from typing import Any

import httpx
import psutil
import psycopg2
from psycopg2.extensions import cursor

from deploy.local.stack import Stack
from services.billing.audit import discrepancies
from services.chassis.database import connect
from tests.load.autopay_mails import Mails
from tests.load.autopay_world import World, make_world, plant
from tests.load.compare import Json
from tests.load.cpu import Meter
from tests.load.stacks import pids

REPLICAS = 2
DECLINING, LOST = 0.05, 0.01
"""The part of the invoices whose card declines; the part of the confirmations whose answer is lost."""
KILL_AT = 0.4
FAST, PACED, FREE = (5_000, 200.0), (600, 20.0), (1_000, 0.0)
"""How many invoices, and the limit in calls a second; 0 is none."""
AIM = 0.95
OPENED_SECONDS, SETTLED_SECONDS = 60, 900
INVOLVED = ("billing", "database", "payments", "broker", "notifications", "identity", "gateway", "mail")
WEIGHTS = 5
"""How often over a run the replicas are said to have been weighed, evenly."""
CONFIRM = "/v1/payment_intents/*/confirm"


def measure(stack: Stack, say: Callable[[str], None], scale: float = 1.0) -> Json:
    """Three runs; the demo must be loaded. `scale` shortens all of them."""
    with _http(stack.site.payments_url) as sandbox, _http(stack.site.mail_url) as mail, _sql(stack) as sql:
        world = make_world(stack, sandbox, sql)
        found: Json = {"replicas": REPLICAS, "aim": AIM}
        for name, (count, limit), kills in (("fast", FAST, True), ("paced", PACED, False), ("free", FREE, False)):
            run = _Run(stack, sandbox, mail, sql, world, max(20, int(count * scale)), limit)
            found[name] = run.measured(kills=kills)
            say(f"autopay, {name}: {found[name]}")
    found["rate_to_limit"] = round(found["paced"]["per_second"] / PACED[1], 3)
    return found


def _http(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, timeout=60)


@contextmanager
def _sql(stack: Stack) -> Any:
    with closing(psycopg2.connect(stack.server.admin_url.rpartition("/")[0] + "/portico_billing")) as connection:
        connection.autocommit = True
        with connection.cursor() as sql:
            yield sql


class _Run:
    """One branch's run of so many invoices, from the moment that they fall due."""

    def __init__(
        self,
        stack: Stack,
        sandbox: httpx.Client,
        mail: httpx.Client,
        sql: cursor,
        world: World,
        count: int,
        limit: float,
    ) -> None:
        self.stack, self.sandbox, self.mail, self.sql, self.world = stack, sandbox, mail, sql, world
        self.count, self.limit = count, limit

    def measured(self, *, kills: bool) -> Json:
        """Its rate over its middle, what came of each invoice, and what the processes used and weighed."""
        self._start_replicas()
        invoices = plant(self.sql, self.world, self.count, DECLINING)
        if kills:
            fault = {"kind": "timeout_after_success", "method": "POST", "path": CONFIRM, "probability": LOST}
            self.sandbox.post("/sandbox/faults", json={**fault, "seed": 7}).raise_for_status()
        mails, meter = Mails(self.mail), self._meter(kills=kills)
        self._come_due(invoices)
        self._wait_until_opened(invoices)
        began, before = time.monotonic(), meter.read()
        weights = self._watch(invoices, kills=kills)
        seconds, settled = time.monotonic() - began, meter.read()
        mails.wait(self.count)
        used = {name: after - before[name] for name, after in meter.read().items()}
        self.sandbox.delete("/sandbox/faults").raise_for_status()
        return {
            "invoices": self.count,
            "limit": self.limit,
            "per_second": self._rate(invoices),
            "seconds_until_settled": round(seconds, 1),
            "cores_busy_until_settled": round(sum(settled[name] - before[name] for name in used) / seconds, 2),
            "mib": weights,
            "cpu_ms": {name: round(each * 1000 / self.count, 1) for name, each in used.items()},
            **self._outcome(invoices),
            "mailed": mails.counted(),
        }

    def _come_due(self, invoices: str) -> None:
        self.sql.execute(
            "UPDATE autopay_debit d SET due_at = now() FROM invoice i WHERE i.id = d.invoice_id AND i.number LIKE %s",
            (invoices,),
        )

    def _wait_until_opened(self, invoices: str) -> None:
        """Runs are opened by the half minute."""
        deadline = time.monotonic() + OPENED_SECONDS
        while not self._states(invoices):
            if time.monotonic() > deadline:
                raise TimeoutError("autopay's run was not opened")
            time.sleep(0.1)

    def _start_replicas(self) -> None:
        self.stack.restart("billing", {"AUTOPAY_CALLS_PER_SECOND": str(self.limit)})
        self.stack.supervisor.scale("billing", REPLICAS)
        self.stack.wait_until_ready(120)

    def _meter(self, *, kills: bool) -> Meter:
        """Of all involved; the replica that is killed takes what it used with it."""
        second = self.stack.supervisor.process("billing", REPLICAS)
        assert second
        return Meter(pids(self.stack, *INVOLVED) | ({} if kills else {"billing-2": second.pid}))

    def _watch(self, invoices: str, *, kills: bool) -> dict[str, list[float]]:
        """Until everything is decided; kills a replica on the way. Answers what the replicas weighed, MiB over time."""
        deadline, weights = time.monotonic() + SETTLED_SECONDS, [self._weights()]
        while time.monotonic() < deadline:
            done, left = self._progress(invoices)
            if kills and done >= KILL_AT * self.count:
                self.stack.supervisor.kill("billing", REPLICAS)
                kills = False
            weights.append(self._weights())
            if not left and done == self.count:
                spread = [weights[at * (len(weights) - 1) // (WEIGHTS - 1)] for at in range(WEIGHTS)]
                return {"billing": [each[0] for each in spread], "billing-2": [each[1] for each in spread]}
            time.sleep(1)
        raise TimeoutError(f"autopay has not settled: {self._states(invoices)}")

    def _weights(self) -> list[float]:
        return [self._weight(replica) for replica in range(1, REPLICAS + 1)]

    def _weight(self, replica: int) -> float:
        """0 while it is being started again."""
        process = self.stack.supervisor.process("billing", replica)
        try:
            weighed: int = psutil.Process(process.pid).memory_info().rss if process else 0
        except psutil.NoSuchProcess:
            weighed = 0
        return round(weighed / 2**20, 1)

    def _progress(self, invoices: str) -> tuple[int, int]:
        states = self._states(invoices)
        left = sum(states.get(each, 0) for each in ("queued", "charging", "pending"))
        return sum(states.values()) - left, left

    def _states(self, invoices: str) -> dict[str, int]:
        self.sql.execute(
            "SELECT a.state, count(*) FROM autopay_attempt a JOIN invoice i ON i.id = a.invoice_id"
            " WHERE i.number LIKE %s GROUP BY 1",
            (invoices,),
        )
        return {state: int(count) for state, count in self.sql.fetchall()}

    def _rate(self, invoices: str) -> float:
        """Attempts a second between the first tenth and the last, so that neither start nor stragglers count."""
        self.sql.execute(
            "WITH done AS (SELECT done_at, row_number() OVER (ORDER BY done_at) AS n, count(*) OVER () AS whole"
            " FROM autopay_attempt a JOIN invoice i ON i.id = a.invoice_id WHERE i.number LIKE %s)"
            " SELECT count(*), extract(epoch FROM max(done_at) - min(done_at)) FROM done"
            " WHERE n BETWEEN whole * 0.1 AND whole * 0.9",
            (invoices,),
        )
        count, seconds = self.sql.fetchone() or (0, 0)
        rate: float = (count - 1) / float(seconds)
        return round(rate, 2)

    def _outcome(self, invoices: str) -> Json:
        """Who was charged how often by the sandbox's own record, against who should be; what was told and mailed."""
        intents = self._intents(invoices)
        charged: dict[str, int] = {}
        for charge in self.sandbox.get("/sandbox/ledger").raise_for_status().json()["items"]:
            invoice = intents.get(charge["payment_intent"])
            if invoice:
                charged[invoice] = charged.get(invoice, 0) + 1
        self.sql.execute(
            "SELECT count(*) FILTER (WHERE balance = 0), count(*) FROM invoice WHERE number LIKE %s", (invoices,)
        )
        paid, whole = self.sql.fetchone() or (0, 0)
        engine = connect(self.stack.database("billing").url)
        broken = discrepancies(engine)
        engine.dispose()
        return {
            "paid": paid,
            "declined": whole - paid,
            "charged_once": sum(1 for times in charged.values() if times == 1),
            "charged_twice": sum(1 for times in charged.values() if times > 1),
            "told": self._told(invoices),
            "discrepancies": len(broken),
        }

    def _intents(self, invoices: str) -> dict[str, str]:
        self.sql.execute(
            "SELECT p.intent_id, i.number FROM payment p JOIN allocation a ON a.payment_id = p.id"
            " JOIN invoice i ON i.id = a.invoice_id WHERE i.number LIKE %s AND p.intent_id IS NOT NULL",
            (invoices,),
        )
        return dict(self.sql.fetchall())

    def _told(self, invoices: str) -> Json:
        """How many outcomes were announced, once each."""
        number = "payload -> 'payment' -> 'allocations' -> 0 ->> 'invoice_number'"
        self.sql.execute(
            f"SELECT count(DISTINCT {number}), count(*) FROM outbox"
            f" WHERE type = 'payment_succeeded' AND {number} LIKE %s",
            (invoices,),
        )
        paid, paid_events = self.sql.fetchone() or (0, 0)
        self.sql.execute(
            "SELECT count(DISTINCT payload ->> 'invoice_number'), count(*) FROM outbox WHERE type = 'autopay_declined'"
            " AND payload ->> 'invoice_number' LIKE %s",
            (invoices,),
        )
        declined, declined_events = self.sql.fetchone() or (0, 0)
        return {"paid": paid, "declined": declined, "twice": paid_events - paid + declined_events - declined}
