"""A file of 10,000 customers, one in a hundred bad: checked, killed in the middle of being imported, and whole."""

import csv
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import psutil
import psycopg2

from deploy.local.stack import Stack
from services.contracts.imports import ImportView
from tests.e2e.visitor import PASSWORD
from tests.load.compare import Json
from tests.load.stacks import pids

ROWS = 10_000
BAD_EVERY = 100
ADMIN = "admin@evergreen.test"
SECONDS = 300
LOOKS = 0.05
FLAWS = (
    ("zip", "none"),
    ("email", "nobody at home"),
    ("branch", "nowhere"),
    ("state", "Texas"),
    ("name", ""),
)
"""What is wrong in the bad rows, in turn: a column, and what stands in it."""
MEASURED = ("identity", "gateway")


def measure(running: Stack, say: Callable[[str], None], rows: int = ROWS) -> Json:
    """Seconds of the dry run and of the import, the most memory, and what a kill left."""
    with httpx.Client(base_url=f"{running.site.public_url}/api/v1", timeout=60, trust_env=False) as client:
        sign_in(client)
        before = known(running)
        say(f"{rows:,} rows, one in {BAD_EVERY} bad; a replica is killed in the middle")
        killed, _ = dry_run(client, "K", rows)
        left = kill_in_the_middle(running, client, killed) - before
        whole = until(client, killed.id, "done")
        say("The same without a kill")
        with watched(running) as memory:
            checked, checking = dry_run(client, "C", rows)
            found = bad_rows(client, checked)
            began = time.perf_counter()
            confirm(client, checked)
            done = until(client, checked.id, "done")
            applying = time.perf_counter() - began
        again, _ = dry_run(client, "C", rows)
        made = known(running) - before
        exported = export(client)
    return {
        "rows": rows,
        "bad": checked.bad,
        "every_bad_row_found": found == {number + 1 for number in range(BAD_EVERY, rows + 1, BAD_EVERY)},
        "check_seconds": checking,
        "apply_seconds": applying,
        "left_by_the_kill": left,
        "applied_after_the_kill": whole.applied,
        "applied": done.applied,
        "made": made,
        "same_when_sent_again": again.same,
        "megabytes": memory,
        **exported,
    }


def sign_in(client: httpx.Client) -> None:
    """As the company's administrator."""
    answer = client.post("/office/sessions", json={"email": ADMIN, "password": PASSWORD}).raise_for_status()
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"


def file_of(prefix: str, rows: int) -> bytes:
    """The file: its bad rows have a flaw each."""
    out = io.StringIO()
    names = ("external_id", "name", "branch", "line1", "city", "state", "zip", "email")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for number in range(1, rows + 1):
        row = {
            "external_id": f"{prefix}-{number}",
            "name": f"Customer {number}",
            "branch": "evergreen-austin",
            "line1": f"{number} Lake Way",
            "city": "Austin",
            "state": "TX",
            "zip": "78701",
            "email": f"c{number}@example.com",
        }
        if number % BAD_EVERY == 0:
            column, flaw = FLAWS[number // BAD_EVERY % len(FLAWS)]
            row[column] = flaw
        writer.writerow(row)
    return out.getvalue().encode()


def dry_run(client: httpx.Client, prefix: str, rows: int) -> tuple[ImportView, float]:
    """The file as it was found, and the seconds from its sending until every row was looked at."""
    began = time.perf_counter()
    file = {"file": ("customers.csv", file_of(prefix, rows), "text/csv")}
    answer = client.post("/office/imports", data={"kind": "customers"}, files=file).raise_for_status()
    found = until(client, answer.json()["id"], "checked")
    return found, time.perf_counter() - began


def until(client: httpx.Client, import_id: object, state: str) -> ImportView:
    """The import in this state; raises where it takes too long, or comes to another end."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = look(client, import_id)
        if found is None:
            time.sleep(LOOKS)
            continue
        if found.state == state:
            return found
        if found.state in ("refused", "cancelled"):
            raise RuntimeError(f"the import came to another end: {found.stopped_because}")
        time.sleep(LOOKS)
    raise RuntimeError(f"the import was not {state} in {SECONDS} seconds")


def look(client: httpx.Client, import_id: object) -> ImportView | None:
    """How the import stands; None while the service is down."""
    answer = client.get(f"/office/imports/{import_id}")
    if answer.status_code in (503, 504):
        return None
    return ImportView.model_validate_json(answer.raise_for_status().content)


def confirm(client: httpx.Client, checked: ImportView) -> None:
    """Has the good rows imported."""
    client.post(f"/office/imports/{checked.id}/confirm", json={"good_only": True}).raise_for_status()


def bad_rows(client: httpx.Client, checked: ImportView) -> set[int]:
    """The numbers of the rows with problems."""
    found: set[int] = set()
    cursor: str | None = "0"
    while cursor:
        answer = client.get(f"/office/imports/{checked.id}/problems", params={"cursor": cursor, "limit": 100})
        page = answer.raise_for_status().json()
        found |= {row["row"] for row in page["items"] if row["problems"]}
        cursor = page["next_cursor"]
    return found


def kill_in_the_middle(running: Stack, client: httpx.Client, checked: ImportView) -> int:
    """Confirms, and kills the service once some rows are applied; how many customers there are then."""
    confirm(client, checked)
    deadline = time.monotonic() + SECONDS
    while not (found := look(client, checked.id)) or found.applied == 0:
        if (found and found.state == "done") or time.monotonic() > deadline:
            raise RuntimeError("there was no middle to kill it in")
        time.sleep(LOOKS / 5)
    running.supervisor.kill("identity")
    return known(running)


def known(running: Stack) -> int:
    """How many customers there are, of all companies."""
    with closing(psycopg2.connect(running.server.admin_url.rpartition("/")[0] + "/portico_identity")) as database:
        cursor = database.cursor()
        cursor.execute("SELECT count(*) FROM customer")
        (count,) = cursor.fetchone() or (0,)
        return int(count)


def export(client: httpx.Client) -> Json:
    """Seconds and lines of all customers as CSV."""
    began, lines = time.perf_counter(), 0
    with client.stream("GET", "/office/customers.csv") as answer:
        answer.raise_for_status()
        lines = sum(1 for _ in answer.iter_lines())
    return {"export_seconds": time.perf_counter() - began, "export_lines": lines}


@contextmanager
def watched(running: Stack) -> Iterator[dict[str, float]]:
    """The most memory of each process meanwhile, in megabytes."""
    processes = {name: psutil.Process(pid) for name, pid in pids(running, *MEASURED).items()}
    most = dict.fromkeys(MEASURED, 0.0)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(LOOKS):
            for name, process in processes.items():
                most[name] = max(most[name], process.memory_info().rss / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        ended.set()
        watcher.join()
