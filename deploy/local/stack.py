"""A running Portico or a part of it: broker, database and processes, for `make run` and for tests."""

import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from deploy.local import broker, containers, database, leftovers, ports, world
from deploy.local.broker import Broker, NotReady
from deploy.local.database import Database
from deploy.local.processes import Process, Program, last_lines
from deploy.local.roles import ServiceDatabase, make_service_database
from deploy.local.sites import CHECKOUT, Busy, Site, hold
from deploy.local.supervisor import Supervisor

_BACKING_SECONDS = 90
_MIGRATION_SECONDS = 120
# The sites of tests, each in a folder of its own that only a killed run leaves behind.
TESTS = CHECKOUT / ".run-tests"


class MissingSoftware(Exception):
    """Something that Portico stands on is not on this machine; the message says how to get it."""


class Stack:
    """What runs at one site. Leaving its `with` block stops everything; the data stays."""

    def __init__(self, site: Site, broker: Broker, database: Database, say: Callable[[str], None]) -> None:
        self.site = site
        self.broker = broker
        self.server = database
        self.record = site.folder / "processes.json"
        if left := leftovers.sweep(self.record):
            say(f"Stopped what a killed launcher had left running: {', '.join(left)}")
        self.supervisor = Supervisor(self.record, site.logs, say)
        self._databases: dict[str, ServiceDatabase] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start_broker(self) -> None:
        """Returns when the broker accepts its user."""
        self.broker.prepare()
        self._run(self.broker.programs())
        self.broker.wait(_BACKING_SECONDS)

    def start_database(self) -> None:
        """Returns when the database server accepts its administrator."""
        self.server.prepare()
        self._run(self.server.programs())
        self.server.wait(_BACKING_SECONDS)

    def start_backing(self) -> None:
        """Starts broker and database side by side."""
        at_once([self.start_broker, self.start_database])

    def database(self, service: str) -> ServiceDatabase:
        """The database of this name with its roles, made when it is first asked for."""
        if service not in self._databases:
            credentials = self.site.credentials
            self._databases[service] = make_service_database(self.server.admin_url, service, credentials)
        return self._databases[service]

    def migrate(self, services: Iterable[str] = world.SERVICES) -> None:
        """Brings these services' databases to their newest schema."""
        programs = [world.migration(name, self.database(name)) for name in services]
        at_once([partial(self.supervisor.run_to_end, program, _MIGRATION_SECONDS) for program in programs])

    def start(self, name: str, env: Mapping[str, str] | None = None) -> Process:
        """Starts `mail`, `payments`, `gateway` or a service, with these variables besides its own."""
        program = self._program(name)
        return self.supervisor.start(replace(program, env={**program.env, **(env or {})}))

    def _program(self, name: str) -> Program:
        match name:
            case "mail":
                return world.mail(self.site)
            case "payments":
                return world.payments(self.site)
            case "gateway":
                return world.gateway(self.site, self.broker.url_for("gateway"))
            case _:
                return world.service(self.site, name, self.broker.url_for(name), self.database(name))

    def restart(self, name: str, env: Mapping[str, str] | None = None) -> Process:
        """Stops a program gracefully and starts it again, with these variables besides its own."""
        self.supervisor.stop(name)
        return self.start(name, env)

    def load_demo(self, seconds: float = 300) -> None:
        """Loads the demo companies through the running gateway."""
        self.supervisor.run_to_end(world.demo(self.site, self.broker.url_for("gateway")), seconds)

    def wait_until_printed(self, name: str, text: str, seconds: float = 30) -> None:
        """Returns when the running process of this name has printed `text`; NotReady after `seconds`."""

        def printed() -> bool:
            process = self.supervisor.process(name)
            return process is not None and text in process.output()

        self._wait(printed, name, f"{name} did not print {text!r}", seconds)

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Returns when the gateway says that the bus and every service answer; NotReady after `seconds`."""
        with httpx.Client(base_url=self.site.public_url, timeout=5, trust_env=False) as http:
            self._wait(lambda: _is_ready(http), "gateway", "The gateway is not ready", seconds)

    def _wait(self, condition: Callable[[], bool], name: str, failure: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                log = self.site.logs / f"{name}.log"
                text = log.read_text(errors="replace") if log.exists() else ""
                raise NotReady(f"{failure} within {seconds:g} s. The end of {log}:\n{last_lines(text)}")
            time.sleep(0.05)

    def _run(self, programs: list[Program]) -> None:
        for program in programs:
            self.supervisor.start(program)

    def stop_all(self) -> None:
        """Stops everything that was started, gracefully where it lets itself be stopped."""
        self.supervisor.stop_all()
        self.broker.close()
        self.server.close()
        self.record.unlink(missing_ok=True)


def choose_broker(site: Site, environ: Mapping[str, str]) -> Broker:
    """The broker of `AMQP_URL`, else a private node, else a container. MissingSoftware: there is none."""
    if environ.get("AMQP_URL"):
        return broker.GivenBroker(environ["AMQP_URL"])
    if broker.is_installed():
        return broker.PrivateBroker(site)
    if containers.engine_offers(containers.BROKER_IMAGE):
        return containers.ContainerBroker(site)
    raise MissingSoftware(
        "RabbitMQ is missing. Install the package rabbitmq-server, or start a Docker engine, "
        "or name a broker: AMQP_URL=amqp://user:password@host:5672/ make run"
    )


def choose_database(site: Site, environ: Mapping[str, str]) -> Database:
    """The server of `DATABASE_URL`, else a private one."""
    if environ.get("DATABASE_URL"):
        return database.GivenDatabase(environ["DATABASE_URL"])
    return database.PrivateDatabase(site)


def for_run(site: Site, environ: Mapping[str, str], say: Callable[[str], None]) -> Stack:
    """The stack of `make run`."""
    return Stack(site, choose_broker(site, environ), choose_database(site, environ), say)


@contextmanager
def for_tests(private: bool = False, durable: bool = False, say: Callable[[str], None] = print) -> Iterator[Stack]:
    """A stack of its own on free ports, of which nothing is left at the end.

    It uses containers where an engine offers them, unless `private`: then its broker and database can be killed.
    Only a `durable` one waits for the disk at each commit, which is what a measurement is of.
    """
    with ExitStack() as held:
        with hold(TESTS, wait=True):
            _clear_abandoned()
            site = Site(Path(tempfile.mkdtemp(dir=TESTS)), ports.free_ports())
            held.enter_context(hold(site.folder))
        with _test_stack(site, private, durable, say) as running:
            yield running
        # With the folder its lock goes too: meanwhile no other run is to take it for an abandoned one.
        with hold(TESTS, wait=True):
            forget(site)


def _test_stack(site: Site, private: bool, durable: bool, say: Callable[[str], None]) -> Stack:
    chosen_broker = choose_broker(site, {})
    chosen_database: Database = database.PrivateDatabase(site, durable)
    if not private and containers.engine_offers(containers.BROKER_IMAGE):
        chosen_broker = containers.ContainerBroker(site)
    if not private and containers.engine_offers(containers.DATABASE_IMAGE):
        chosen_database = containers.ContainerDatabase(site)
    return Stack(site, chosen_broker, chosen_database, say)


def _clear_abandoned() -> None:
    """Ends and removes the stacks of test runs that were killed."""
    for folder in TESTS.iterdir():
        if folder.is_dir():
            with suppress(Busy), hold(folder):
                leftovers.sweep(folder / "processes.json")
                forget(Site(folder, ports.free_ports()))


def forget(site: Site) -> None:
    """Removes all that a stopped site has kept: its folder, and what it has outside."""
    database.PrivateDatabase(site).forget()
    containers.forget(site)
    shutil.rmtree(site.folder)


def at_once(steps: list[Callable[[], object]]) -> None:
    """Runs these steps side by side and returns when all are done; the first failure is raised at once.

    The threads are daemons, because an interrupted start must not wait for a step that waits for something.
    """
    outcomes: queue.Queue[BaseException | None] = queue.Queue()

    def attempt(step: Callable[[], object]) -> None:
        try:
            step()
        except BaseException as problem:
            outcomes.put(problem)
        else:
            outcomes.put(None)

    for step in steps:
        threading.Thread(target=attempt, args=(step,), daemon=True).start()
    for _ in steps:
        if problem := outcomes.get():
            raise problem


def _is_ready(gateway: httpx.Client) -> bool:
    try:
        return gateway.get("/readyz").is_success
    except httpx.TransportError:
        return False
