"""The restore drill on a Portico that works, and the same backup restored for good after a disaster."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pika
import psutil
import pytest

from deploy.drill import backup, contents, copies, proof, resumption
from deploy.drill.backup import Moment
from deploy.drill.copies import Server
from deploy.local import stack, world
from deploy.local.broker import PrivateBroker
from deploy.local.database import PrivateDatabase
from deploy.local.sites import CHECKOUT
from deploy.local.stack import Stack
from tests.e2e.visitor import PASSWORD
from tests.local.conftest import wait_for
from tests.sandbox.servers import http

PROCESSES = ("gateway", *world.SERVICES)


class Portico:
    """A whole Portico with the demo companies, of which a customer pays by hand and another by autopay."""

    def __init__(self, running: Stack) -> None:
        self.running, self.site = running, running.site
        self.admin_url = running.server.admin_url

    def execute(self, service: str, statement: str, url: str = "") -> list[tuple[Any, ...]]:
        """What a statement answers, as the administrator of all tenants."""
        with contents.opened(url or self.admin_url, service) as database, database, database.cursor() as sql:
            sql.execute(statement)
            return sql.fetchall() if sql.description else []

    def pay(self) -> str:
        """Priya pays the first invoice that is due by the card on file; answers the payment's id."""
        who = {"email": "priya@lakeside.test", "password": PASSWORD}
        with httpx.Client(base_url=f"{self.site.public_url}/api/v1", trust_env=False, timeout=60) as priya:
            session = priya.post("/portals/evergreen-austin/sessions", json=who).raise_for_status().json()
            priya.headers["Authorization"] = f"Bearer {session['token']}"
            invoice = priya.get("/invoices", params={"status": "due"}).json()["items"][0]
            method = priya.get("/payment-methods").json()["items"][0]
            body = {"invoice_ids": [invoice["id"]], "payment_method_id": method["id"]}
            total = priya.post("/payment-quotes", json=body).raise_for_status().json()["total"]
            paid = priya.post("/payments", json={**body, "expected_total": total}).raise_for_status().json()
        assert paid["status"] == "succeeded"
        return str(paid["id"])

    def come_due(self) -> None:
        """The days pass until autopay charges."""
        self.execute("billing", "UPDATE autopay_debit SET due_at = now() WHERE due_at IS NOT NULL")

    def debits(self) -> list[str]:
        """How autopay stands with each invoice."""
        return [state for (state,) in self.execute("billing", "SELECT state FROM autopay_debit")]

    def charges(self) -> int:
        """How often money has really moved."""
        return len(http.get(f"{self.site.payments_url}/sandbox/ledger").raise_for_status().json()["items"])

    def variables(self, service: str) -> dict[str, str]:
        """What the service is told."""
        return dict(world.service(self.site, service, "", self.running.database(service)).env)

    def run(self, *module: str) -> subprocess.CompletedProcess[str]:
        """A program of billing's, with its variables."""
        env = {"PATH": os.environ["PATH"], **self.variables("billing")}
        command = (sys.executable, "-m", *module)
        return subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)

    def stop(self) -> None:
        """Nothing works any more."""
        for name in PROCESSES:
            self.running.supervisor.stop(name)

    def start(self, *, autopay_held: bool) -> None:
        """Everything works again."""
        for name in reversed(PROCESSES):
            self.running.start(name, {"AUTOPAY_HELD": "1"} if autopay_held and name == "billing" else None)
        self.running.wait_until_ready()

    def put_back(self, folder: Path, moment: Moment) -> None:
        """The database server begins anew with what the backup holds."""
        server = self.running.server
        assert isinstance(server, PrivateDatabase)
        self.running.supervisor.stop("database")
        data = server.folder / "data"
        shutil.rmtree(data)
        copies.lay(folder, moment, data)
        if server.user:
            for each in (data, *data.rglob("*")):
                shutil.chown(each, server.user, server.user)
        self.running.start_database()
        wait_for(lambda: self.execute("billing", "SELECT pg_is_in_recovery()") == [(False,)], "recovery ends")

    def empty_queues(self) -> None:
        """What the broker still holds is of a time that is not any more."""
        broker = self.running.broker
        assert isinstance(broker, PrivateBroker)
        process = self.running.supervisor.process("broker")
        assert process
        told = psutil.Process(process.pid).environ()
        env = {name: told[name] for name in ("HOME", "PATH", "ERL_EPMD_ADDRESS", "ERL_EPMD_PORT", "RABBITMQ_NODENAME")}
        program = str(Path(process.program.argv[0]).with_name("rabbitmqctl"))
        command = (program, "-q", "--no-table-headers", "list_queues", "name")
        listed = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()
        with pika.BlockingConnection(pika.URLParameters(broker.url)) as bus:
            for queue in listed:
                bus.channel().queue_purge(queue)


@pytest.fixture(scope="module")
def portico() -> Iterator[Portico]:
    with stack.for_tests(private=True) as running:
        running.start_backing()
        running.migrate()
        for name in ("mail", "payments"):
            running.start(name)
        portico = Portico(running)
        portico.start(autopay_held=False)
        running.load_demo()
        yield portico


@pytest.fixture(scope="module")
def taken(portico: Portico, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Moment]:
    """A backup of the middle of the day: afterwards a customer pays, and autopay charges."""
    folder = tmp_path_factory.mktemp("backups") / "today"
    portico.pay()
    moment = backup.take(portico.admin_url, portico.site.files.as_uri(), folder)
    # The provider tells seconds: what is charged next is of a later one.
    wait_for(lambda: int(time.time()) > int(moment.at.timestamp()), "the next second")
    portico.pay()
    portico.come_due()
    # A worklist looks as its process starts, and then only now and then.
    portico.running.restart("billing")
    wait_for(lambda: portico.debits() == ["charged"], "autopay charges")
    return folder, moment


def wrong(portico: Portico, server: Server, taken: tuple[Path, Moment], until: datetime | None = None) -> list[str]:
    """All that the drill finds."""
    folder, moment = taken
    variables = portico.variables("billing")
    found = proof.findings(server, folder / backup.FILES, moment, variables, until or moment.at)
    return [f"{each.about.split(':')[0]}: {sentence}" for each in found for sentence in each.wrong]


def test_a_copy_of_the_backups_moment_is_whole_and_what_is_broken_in_it_is_named(
    portico: Portico, taken: tuple[Path, Moment]
) -> None:
    folder, moment = taken
    charged = portico.charges()
    with copies.running(folder, moment) as server:
        assert wrong(portico, server, taken) == []
        # Nothing has worked on the copy meanwhile: no row of it is another than it was, a mail's neither.
        assert wrong(portico, server, taken) == [] and portico.charges() == charged
        # What was charged since is what a restore would have to take in.
        since = wrong(portico, server, taken, datetime.now(UTC))
        assert [each.split(": ")[2] for each in since] == ["charged and not posted"] * 2
        url = server.administrator_url
        ((entry,),) = portico.execute("billing", "SELECT entry_id FROM posting ORDER BY id LIMIT 1", url)
        # Past the triggers by which the ledger refuses it, as a broken disk is.
        unseen = "SET session_replication_role = replica; "
        portico.execute("billing", f"{unseen}DELETE FROM posting WHERE id = (SELECT min(id) FROM posting)", url)
        portico.execute("identity", "UPDATE account SET epoch = epoch + 1", url)
        portico.execute("fieldwork", "DROP TABLE visit_note", url)
        sealed = next(path for path in (folder / backup.FILES).rglob("*.pdf"))
        sealed.write_bytes(sealed.read_bytes()[:-1] + b"!")
        found = wrong(portico, server, taken)
    assert any(each.startswith("billing: posting has ") for each in found)
    assert any(str(entry) in each and "an entry does not balance" in each for each in found)
    assert "identity: account has other contents than it had" in found
    assert "fieldwork: visit_note is missing" in found
    assert any(str(sealed.relative_to(folder / backup.FILES)) in each and "other contents" in each for each in found)


def test_after_a_disaster_nobody_is_charged_twice_and_the_books_agree(
    portico: Portico, taken: tuple[Path, Moment]
) -> None:
    folder, moment = taken
    charged = portico.charges()
    portico.stop()
    portico.put_back(folder, moment)
    assert portico.debits() == ["planned"]
    portico.empty_queues()
    # As if a year had ended since: its series began after the backup.
    portico.execute("billing", "UPDATE number_series SET year = year - 1")
    done = list(resumption.prepare(portico.admin_url, moment.at, numbers=1000))
    assert len(done) == 3 * len(world.SERVICES) + 2
    recovered = portico.run("services.billing.recovery", "--since", moment.at.isoformat())
    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    assert "2 payments" in recovered.stdout
    portico.start(autopay_held=True)
    portico.come_due()
    portico.pay()
    portico.running.supervisor.stop("billing")
    assert portico.debits() == ["planned"]
    portico.running.start("billing")
    wait_for(lambda: portico.debits() == ["settled"], "autopay finds that it is paid")
    # Only the payment that was made by hand since has moved money.
    assert portico.charges() == charged + 1
    assert portico.run("services.billing.audit", "--until", datetime.now(UTC).isoformat()).returncode == 0
    assert portico.execute("billing", "SELECT count(*) FROM number_series WHERE last < 1000") == [(0,)]


def test_a_backup_that_cannot_be_had_is_one_sentence(backing: Stack, tmp_path: Path) -> None:
    """The programs that come with us speak no TLS, and a folder that is there holds another backup."""
    tried = {
        "SSL support is not compiled in": (f"{backing.server.admin_url}?sslmode=require", tmp_path / "new"),
        "is there already": (backing.server.admin_url, tmp_path),
    }
    for why, (url, folder) in tried.items():
        env = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "FILES_URL": tmp_path.as_uri()}
        command = (sys.executable, "-m", "deploy.drill", "backup", str(folder))
        ended = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert why in ended.stderr and len(ended.stderr.splitlines()) == 1
