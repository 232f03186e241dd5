"""Payments by card while the provider takes its time: with more replicas of billing, more of them wait at once.

The provider's delay is chosen so that waiting bounds the rate and not this machine's cores, which is what
`cores_busy` and `workers_busy` tell.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from statistics import median
from uuid import uuid4

import httpx
import psycopg2

from deploy.local.stack import Stack
from tests.load import costs, growth
from tests.load.compare import Json
from tests.load.cpu import Meter
from tests.load.invoices import sign_in
from tests.load.stacks import pids

PRIYA = "priya@lakeside.test"
COUNTS = (1, 2, 4)
WORKERS = 8
"""Messages under way at once in one replica, instead of 50: with those, four replicas would want many more cores."""
DELAY_MS = 2_000
"""Of each call to the provider, of which a payment makes two; below the five seconds that billing waits for one."""
WAITING = 1.5
"""Payments under way for each worker, so that none is idle for want of work."""
SETTLING_SECONDS, SECONDS = 12.0, 40.0
"""Until every worker has one, and how long the rate is taken over after that."""
PATIENCE = 60.0
FIRST_NUMBER = 20_000_000
INVOLVED = ("gateway", "database", "broker", "payments", "notifications", "identity", "mail")

Answered = tuple[float, float, int]
"""Of one payment: when it was answered, how many seconds it took, and the status."""


def measure(stack: Stack, say: Callable[[str], None], seconds: float = SECONDS) -> Json:
    """The rate at each number of replicas, with what was busy; the demo must be loaded."""
    costs.one_replica_each(stack)
    with ExitStack() as running:
        priya = running.enter_context(_client(stack, sign_in(stack.site.public_url, PRIYA)))
        sandbox = running.enter_context(httpx.Client(base_url=stack.site.payments_url, trust_env=False, timeout=60))
        payer = _Payer(stack, priya, seconds)
        sandbox.post("/sandbox/faults", json={"kind": "latency", "path": "/v1/*", "ms": DELAY_MS}).raise_for_status()
        found = {}
        for count in COUNTS:
            found[str(count)] = payer.rate(count)
            say(f"{count} replicas of billing: {found[str(count)]}")
        sandbox.delete("/sandbox/faults").raise_for_status()
    one = found["1"]["per_second"]
    return {
        "workers": WORKERS,
        "delay_ms": DELAY_MS,
        "replicas": found,
        "ratios": {count: round(each["per_second"] / one, 2) for count, each in found.items()},
    }


def _client(stack: Stack, token: str) -> httpx.Client:
    most = round(max(COUNTS) * WORKERS * WAITING)
    return httpx.Client(
        base_url=f"{stack.site.public_url}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE,
        limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
        trust_env=False,
    )


class _Payer:
    """Priya, who pays one invoice after the other, many at a time."""

    def __init__(self, stack: Stack, priya: httpx.Client, seconds: float) -> None:
        self.stack, self.priya, self.seconds = stack, priya, seconds
        method = priya.get("/payment-methods").raise_for_status().json()["items"][0]["id"]
        self.due = self._planted()
        choice = {"invoice_ids": [self.due[0]], "payment_method_id": method}
        quote = priya.post("/payment-quotes", json=choice).raise_for_status().json()
        self.body = {"payment_method_id": method, "expected_total": quote["total"]}

    def _planted(self) -> list[str]:
        """Invoices of Priya's customer, all of one amount, more than can be paid in the time."""
        fastest = WORKERS / (2 * DELAY_MS / 1000)
        most = round(sum(COUNTS) * fastest * (self.seconds + SETTLING_SECONDS)) + 200
        template = self.priya.get("/invoices").raise_for_status().json()["items"][0]["id"]
        # Every second one is owed.
        admin_url = self.stack.server.admin_url
        growth.generate(admin_url, template, first=FIRST_NUMBER, own=2 * most, count=2 * most)
        address = f"{admin_url.rpartition('/')[0]}/portico_billing"
        with closing(psycopg2.connect(address)) as billing, billing.cursor() as sql:
            sql.execute("SELECT id::text FROM invoice WHERE number LIKE 'GEN-2_______' AND balance > 0")
            return [invoice_id for (invoice_id,) in sql.fetchall()]

    def rate(self, count: int) -> Json:
        """What this many replicas bring to an end."""
        self.stack.restart("billing", {"MAX_WORKERS": str(WORKERS)})
        self.stack.supervisor.scale("billing", count)
        self.stack.wait_until_ready(120)
        replicas = {f"billing-{number}": self._pid(number) for number in range(1, count + 1)}
        meter = Meter(replicas | pids(self.stack, *INVOLVED))
        in_flight = round(count * WORKERS * WAITING)
        began = time.monotonic() + SETTLING_SECONDS
        with ThreadPoolExecutor(in_flight) as payers:
            paying = [payers.submit(self._pay_until, began + self.seconds) for _ in range(in_flight)]
            time.sleep(SETTLING_SECONDS)
            before = meter.read()
            time.sleep(max(0.0, began + self.seconds - time.monotonic()))
            used = {name: after - before[name] for name, after in meter.read().items()}
            answered = [each for one in paying for each in one.result()]
        counted = [each for each in answered if began <= each[0] <= began + self.seconds]
        return self._figures(count, counted, used)

    def _pid(self, number: int) -> int:
        process = self.stack.supervisor.process("billing", number)
        assert process
        return process.pid

    def _pay_until(self, end: float) -> list[Answered]:
        done: list[Answered] = []
        while time.monotonic() < end:
            done.append(self._pay(self.due.pop()))
        return done

    def _pay(self, invoice_id: str) -> Answered:
        began = time.monotonic()
        body = {**self.body, "invoice_ids": [invoice_id]}
        answer = self.priya.post("/payments", json=body, headers={"Idempotency-Key": uuid4().hex})
        now = time.monotonic()
        return now, now - began, answer.status_code

    def _figures(self, count: int, answered: list[Answered], used: dict[str, float]) -> Json:
        paid = [took for _, took, status in answered if status == 201]
        billing = sum(seconds for name, seconds in used.items() if name.startswith("billing"))
        others = {name: seconds for name, seconds in used.items() if not name.startswith("billing")}
        per_second = len(paid) / self.seconds
        return {
            "per_second": round(per_second, 2),
            "not_paid": len(answered) - len(paid),
            "median_seconds": round(median(paid), 2),
            "cores_busy": round(sum(used.values()) / self.seconds, 2),
            "workers_busy": round(per_second * 2 * DELAY_MS / 1000 / (count * WORKERS), 2),
            "cpu_ms": {
                name: round(seconds * 1000 / len(paid), 1) for name, seconds in {"billing": billing, **others}.items()
            },
        }
