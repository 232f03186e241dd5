"""`make run`: starts a whole Portico, says how it goes, keeps it running and stops it."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import ports, stack, world
from deploy.local.broker import NotReady, PrivateBroker
from deploy.local.database import PrivateDatabase
from deploy.local.ports import PortTaken
from deploy.local.processes import ProgramFailed
from deploy.local.sites import CHECKOUT, Busy, Site, hold
from deploy.local.stack import MissingSoftware, Stack

FOLDER = CHECKOUT / ".run"
# How many replicas of each service `make scale` asked for; written by it, read by the launcher.
WISHES = FOLDER / "replicas.json"
_DEMO_PASSWORD = "portico-demo-2026"  # noqa: S105  Published: it opens made-up companies only.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Progress:
    """Tells people on the terminal what happens, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        with self._lock:
            print(f"[{time.monotonic() - self._began:6.1f} s] {text}", flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Says when a step begins, and how long it took."""
        self.say(f"{name} ...")
        began = time.monotonic()
        yield
        self.say(f"{name}: done in {time.monotonic() - began:.1f} s")


def run() -> int:
    """Starts everything, waits for a signal, stops everything. Returns the exit code."""
    progress = Progress()
    for number in _SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        with hold(FOLDER):
            return _run(Site(FOLDER, ports.of_checkout(CHECKOUT, os.environ)), progress)
    except (Busy, MissingSoftware, NotReady, PortTaken, ProgramFailed) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _run(site: Site, progress: Progress) -> int:
    WISHES.unlink(missing_ok=True)
    running = stack.for_run(site, os.environ, progress.say)
    ports.require_free(site.ports, _ports_used(running))
    try:
        _start(running, progress)
        _announce(site)
        _serve(running, progress)
    finally:
        # From here on, impatience must not leave half of the processes behind.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        print(flush=True)
        with progress.step("Stopping everything"):
            running.stop_all()
    return 0


def _ports_used(running: Stack) -> list[str]:
    fields = ["gateway", "mail", "payments", "smtp"]
    if isinstance(running.broker, PrivateBroker):
        fields += ["broker", "distribution", "epmd"]
    if isinstance(running.server, PrivateDatabase):
        fields += ["database"]
    return fields


def _start(running: Stack, progress: Progress) -> None:
    def data() -> None:
        with progress.step("PostgreSQL"):
            running.start_database()
        with progress.step("Databases and migrations"):
            running.migrate()

    def bus() -> None:
        with progress.step("RabbitMQ"):
            running.start_broker()

    def stand_ins() -> None:
        running.start("mail")
        running.start("payments")

    stack.at_once([data, bus, stand_ins])
    with progress.step("Services and gateway"):
        for name in (*world.SERVICES, "gateway"):
            running.start(name)
        running.wait_until_ready()
    with progress.step("Demo companies"):
        running.load_demo()


def _announce(site: Site) -> None:
    print(
        f"""
  Portal of Evergreen Grounds   {site.public_url}/evergreen-austin   priya@lakeside.test
  Portal of CoolAir Services    {site.public_url}/coolair            mia@northside.test
  Portal of Harbor Insurance    {site.public_url}/harbor             raj@deltamarine.test
  Office                        {site.public_url}/office             admin@evergreen.test
  API                           {site.public_url}/api/v1/openapi.json
  Mail inbox                    {site.mail_url}
  Payment sandbox               {site.payments_url}
  Everybody's password          {_DEMO_PASSWORD}
  Logs                          {site.logs}

Portico is ready: {site.public_url} (Ctrl-C stops it)""",
        flush=True,
    )


def _serve(running: Stack, progress: Progress) -> None:
    """Runs until a signal comes, and follows what `scale` asks for meanwhile."""
    while True:
        time.sleep(0.2)
        for name, count in _wished_replicas().items():
            if running.supervisor.replicas(name) != count:
                running.supervisor.scale(name, count)
                progress.say(f"{name} now runs with {count} replica(s)")


def _wished_replicas() -> dict[str, int]:
    wishes: dict[str, int] = json.loads(WISHES.read_text()) if WISHES.exists() else {}
    return wishes
