"""The phases of a run: what is done to Portico under load, and what is measured of it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg2

from deploy.local.launcher import Progress
from deploy.local.stack import Stack
from tests.faults import audit, killer, quiet
from tests.faults.evidence import Evidence
from tests.faults.journal import Journal, now
from tests.faults.load import Load
from tests.faults.world import Site

LOOK_EVERY = 5
"""After how many kills the invariants of every moment are looked at."""
WARM_SECONDS = 10.0
RESTARTS = 3
RECOVERY_SECONDS = 120.0
PROVIDER_SECONDS = 60.0
KINDS = ("pay", "sign", "request")
PROVIDER_FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "timeout_after_success", "path": "/v1/payment_intents*", "probability": 0.05, "ms": 7_000},
    {"kind": "error_500_after", "path": "/v1/payment_intents*", "probability": 0.05},
    {"kind": "lose_webhook", "event": "payment_intent.*", "probability": 0.3},
    {"kind": "double_webhook", "event": "payment_intent.*", "probability": 0.3},
)
# A real provider takes its time; then a kill finds payments between the charge and the commit that knows of it.
PROVIDER_LATENCY = {"kind": "latency", "path": "/v1/payment_intents*", "ms": 400}


@dataclass
class Run:
    """What every phase needs; `outcome` is what the last one found."""

    stack: Stack
    sites: list[Site]
    seed: int
    kills: int
    progress: Progress
    evidence: Evidence
    violations: list[str] = field(default_factory=list)

    def phase(self, name: str) -> dict[str, Any]:
        """Carries one phase out under load, waits until all is quiet, and judges; answers its figures."""
        self.progress.say(f"Phase: {name}")
        journal = Journal(f"{self.seed}-{name}")
        figures: dict[str, Any] = {"phase": name}
        began = now()
        with self._load(journal, name):
            figures |= getattr(self, f"_{name}")(journal)
        figures["seconds"] = round(now() - began, 1)
        figures["seconds_until_quiet"], unfinished = quiet.wait(self.evidence, self.progress.say)
        self._note(unfinished + audit.everything(self.evidence, journal))
        return figures | counts(journal)

    @contextmanager
    def _load(self, journal: Journal, name: str) -> Iterator[None]:
        load = Load(journal, self.stack.site.public_url, self.sites, f"{self.seed} {name}")
        load.start()
        try:
            yield
        finally:
            self.progress.say(f"{journal.answered()} commands answered; the clients finish what they have begun")
            load.stop()
            self._note(load.failures)

    def _note(self, violations: list[str]) -> None:
        for each in violations:
            if each not in self.violations:
                self.progress.say(f"BROKEN  {each}")
                self.violations.append(each)

    def _look(self, journal: Journal) -> None:
        """Safety, in the midst of it; what cannot be read because it is down is read later."""
        try:
            found = audit.safety(self.evidence, journal)
        except (psycopg2.OperationalError, httpx.HTTPError):
            return
        self._note(found)
        self.progress.say(f"{journal.answered()} commands answered, nothing broken" if not found else "Broken")

    def _kills(self, journal: Journal) -> dict[str, Any]:
        done = []
        with self._provider_with(PROVIDER_LATENCY):
            for kill in killer.carry_out(self.stack, killer.schedule(self.seed, self.kills), self.progress.say):
                done.append(kill)
                if len(done) % LOOK_EVERY == 0:
                    self._look(journal)
        return {"kills": [[kill.at, kill.target, kill.age] for kill in done]}

    def _broker(self, journal: Journal) -> dict[str, Any]:
        return {"restarts": [self._restart(journal, "broker", self.stack.broker.wait) for _ in range(RESTARTS)]}

    def _database(self, journal: Journal) -> dict[str, Any]:
        return {"restarts": [self._restart(journal, "database", self.stack.server.wait) for _ in range(RESTARTS)]}

    def _restart(self, journal: Journal, name: str, wait: Callable[[float], None]) -> dict[str, Any]:
        """Kills what everything stands on; the seconds until it is up, and from then to the first answers."""
        time.sleep(WARM_SECONDS)
        killed = now()
        self.stack.supervisor.kill(name)
        wait(RECOVERY_SECONDS)
        up = now()
        answered = {kind: self._first_answer(journal, killed, kind) for kind in KINDS}
        self._note(
            [
                f"no {kind} was answered within {RECOVERY_SECONDS:g} s of the end of {name}'s restart"
                for kind, at in answered.items()
                if at is None
            ]
        )
        after = {kind: round(max(0.0, at - up), 2) for kind, at in answered.items() if at is not None}
        self.progress.say(f"{name} was back after {up - killed:.1f} s; first answers after that, in s: {after}")
        self._look(journal)
        return {"down": round(up - killed, 2), "first_answer_after": after}

    def _first_answer(self, journal: Journal, killed: float, kind: str) -> float | None:
        until = now() + RECOVERY_SECONDS
        while now() < until:
            if (found := journal.first_answer_after(killed, kind)) is not None:
                return found
            time.sleep(0.05)
        return None

    def _provider(self, journal: Journal) -> dict[str, Any]:
        until = now() + PROVIDER_SECONDS
        with self._provider_with(*PROVIDER_FAULTS) as fired:
            while now() < until:
                time.sleep(PROVIDER_SECONDS / 6)
                self._look(journal)
        return {"faults": fired}

    @contextmanager
    def _provider_with(self, *faults: dict[str, Any]) -> Iterator[dict[str, int]]:
        """Has these faults happen at the provider; at the end, what is yielded says how often each did."""
        fired: dict[str, int] = {}
        for fault in faults:
            self._at_provider("POST", {**fault, "seed": self.seed})
        yield fired
        fired |= {each["kind"]: each["fired"] for each in self._at_provider("GET").json()["items"]}
        self._at_provider("DELETE")

    def _at_provider(self, method: str, fault: dict[str, Any] | None = None) -> httpx.Response:
        """A word with the sandbox, which may just be about to be restarted."""
        url = f"{self.stack.site.payments_url}/sandbox/faults"
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as http:
            return http.request(method, url, json=fault).raise_for_status()


def counts(journal: Journal) -> dict[str, Any]:
    """What was asked for and answered."""
    commands = journal.commands
    outcomes = Counter(f"{command.kind} {command.status or 'never'}" for command in commands)
    waits = sorted(command.answered_at - command.begun_at for command in commands if command.status)
    return {
        "commands": len(commands),
        "seconds_to_answer": {"median": round(waits[len(waits) // 2], 2), "longest": round(waits[-1], 2)},
        "repeats": sum(command.sent - 1 for command in commands),
        "outcomes": dict(sorted(outcomes.items())),
        "silences": dict(journal.silences),
    }
