"""What each thing that people do costs in CPU and leaves in the databases: what capacity is planned by."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from uuid import uuid4

import httpx
import psutil
import psycopg2
from prometheus_client.parser import text_string_to_metric_families

from deploy.local import world
from deploy.local.stack import Stack
from tests.load.compare import Json
from tests.load.cpu import Meter
from tests.load.invoices import sign_in
from tests.load.signatures import delivered, seller_and_signer, sign
from tests.load.stacks import pids

PORTAL, PRIYA, COOKIE = "/evergreen-austin", "priya@lakeside.test", "portico_session"
INVOLVED = ("gateway", *world.SERVICES, "broker", "database", "payments", "mail")
TIMES = 200
"""How often each is done."""
AT_ONCE = 8
IDLE_SECONDS = 20.0
CALM_LOOKS, LOOK_SECONDS = 4, 0.5
"""How often in a row nothing may wait, until all that an act brought about is taken to be over."""
PATIENCE = 300.0
PASSING = ("inbox", "outbox", "session", "timer", "webhook_delivery")
"""Tables whose rows are forgotten after days or weeks."""

Act = Callable[[int], object]


def measure(stack: Stack, say: Callable[[str], None], times: int = TIMES) -> Json:
    """Of each act, CPU by process and bytes by database; of each process, what it uses and weighs at rest."""
    one_replica_each(stack)
    meter = Meter(pids(stack, *INVOLVED))
    with _acts(stack) as acts:
        _wait_until_calm(stack)
        idle = _idle(meter)
        found = {}
        for name, act in acts.items():
            act(0)
            found[name] = _cost(stack, meter, idle, act, times)
            say(f"{name}: {found[name]['cpu_ms']}")
    return {
        "times": times,
        "at_once": AT_ONCE,
        "idle_cpu_ms_per_second": {name: round(each * 1000, 1) for name, each in idle.items()},
        "mib": {name: _mib(pid) for name, pid in pids(stack, *INVOLVED).items()},
        "acts": found,
    }


def one_replica_each(stack: Stack) -> None:
    """Whatever an earlier part has scaled, or set."""
    for name in ("billing", "notifications"):
        stack.restart(name)
    stack.wait_until_ready(120)


@contextmanager
def _acts(stack: Stack) -> Iterator[dict[str, Act]]:
    """What people do, each by its name; an invoice that is shared is one that is paid then."""
    with ExitStack() as running:
        staff, priya, clubhouse = running.enter_context(seller_and_signer(stack))
        token = sign_in(stack.site.public_url, PRIYA)
        pages = running.enter_context(_browser(stack, token))
        shared: list[Json] = []
        known = priya.get("/invoices").raise_for_status().json()["items"][0]["id"]
        method = priya.get("/payment-methods").raise_for_status().json()["items"][0]["id"]

        def page(path: str) -> Act:
            return lambda _: pages.get(PORTAL + path).raise_for_status()

        def share(_: int) -> None:
            service = {"service": "Mowing", "quantity": 1, "unit_price": {"amount": 10_000, "currency": "USD"}}
            body = {"property_id": clubhouse, "services": [service]}
            made = staff.post("/office/invoices", json=body).raise_for_status().json()
            shared.append(staff.post(f"/office/invoices/{made['id']}/share").raise_for_status().json())

        def pay(_: int) -> None:
            choice = {"invoice_ids": [shared.pop()["id"]], "payment_method_id": method}
            quote = priya.post("/payment-quotes", json=choice).raise_for_status().json()
            body = {**choice, "expected_total": quote["total"]}
            priya.post("/payments", json=body, headers={"Idempotency-Key": uuid4().hex}).raise_for_status()

        yield {
            "sign_in": lambda _: sign_in(stack.site.public_url, PRIYA),
            "dashboard": page("/dashboard"),
            "page_of_invoices": page("/invoices"),
            "page_of_an_invoice": page(f"/invoices/{known}"),
            "invoice_shared": share,
            "card_payment": pay,
            "proposal_signed": lambda number: sign(priya, delivered(staff, priya, clubhouse, number)),
        }


def _browser(stack: Stack, token: str) -> httpx.Client:
    return httpx.Client(base_url=stack.site.public_url, cookies={COOKIE: token}, timeout=60, trust_env=False)


def _idle(meter: Meter) -> dict[str, float]:
    """Seconds of CPU in a second, of processes that nobody asks anything."""
    before = meter.read()
    time.sleep(IDLE_SECONDS)
    return {name: (after - before[name]) / IDLE_SECONDS for name, after in meter.read().items()}


def _cost(stack: Stack, meter: Meter, idle: dict[str, float], act: Act, times: int) -> Json:
    """One act's, with all that follows from it; what the processes use at rest is taken off."""
    _wait_until_calm(stack)
    sizes, met, before, began = _sizes(stack), _met(stack), meter.read(), time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(act, range(times)))
    _wait_until_calm(stack)
    seconds, after = time.monotonic() - began, meter.read()
    used = {name: (after[name] - before[name] - idle[name] * seconds) / times * 1000 for name in after}
    grown = {
        name: {kind: (size - sizes[name][kind]) / times for kind, size in of.items()}
        for name, of in _sizes(stack).items()
    }
    return {
        "cpu_ms": {name: round(max(0.0, each), 2) for name, each in used.items()},
        "bytes": {name: {kind: round(size) for kind, size in of.items()} for name, of in grown.items()},
        **{what: round((count - met[what]) / times, 1) for what, count in _met(stack).items()},
    }


def _wait_until_calm(stack: Stack) -> None:
    """Until no event is to be published or handled again and no mail is to be sent, for a while."""
    deadline, calm = time.monotonic() + PATIENCE, 0
    while calm < CALM_LOOKS:
        if time.monotonic() > deadline:
            raise TimeoutError("something still waits")
        time.sleep(LOOK_SECONDS)
        calm = calm + 1 if not any(_waiting(stack, name) for name in world.SERVICES) else 0


def _waiting(stack: Stack, service: str) -> int:
    waiting = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    if service == "notifications":
        waiting = f"SELECT ({waiting}) + (SELECT count(*) FROM mail WHERE next_attempt_at IS NOT NULL)"
    return int(_rows(stack, service, waiting)[0][0])


def _sizes(stack: Stack) -> dict[str, dict[str, int]]:
    """Bytes of each database's tables with their indexes: those that stay, and those whose rows are forgotten soon."""
    tables = "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables WHERE schemaname = 'public'"
    found = {}
    for name in world.SERVICES:
        sizes = _rows(stack, name, tables)
        passing = sum(size for table, size in sizes if table in PASSING)
        found[name] = {"kept": sum(size for _, size in sizes) - passing, "passing": passing}
    return found


def _met(stack: Stack) -> dict[str, int]:
    """How many calls and events all services have met."""
    met = {"calls": 0, "events": 0}
    for name in world.SERVICES:
        process = stack.supervisor.process(name)
        assert process
        told = httpx.get(f"http://127.0.0.1:{process.metrics_port}/metrics", trust_env=False, timeout=20).text
        samples = [each for family in text_string_to_metric_families(told) for each in family.samples]
        met["calls"] += sum(int(each.value) for each in samples if each.name == "portico_rpc_seconds_count")
        met["events"] += sum(int(each.value) for each in samples if each.name == "portico_event_seconds_count")
    return met


def _rows(stack: Stack, service: str, sql: str) -> list[tuple[str, int]]:
    url = f"{stack.server.admin_url.rpartition('/')[0]}/portico_{service}"
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _mib(pid: int) -> float:
    """What a process weighs with its children: for the database more than it takes, since they share."""
    leader = psutil.Process(pid)
    return round(sum(each.memory_info().rss for each in (leader, *leader.children(recursive=True))) / 2**20, 1)
