"""One Portico that two releases run at once: their processes on one bus, over one set of databases."""

import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx

from deploy.local import ports, world
from deploy.local.broker import NotReady
from deploy.local.processes import Process, Program, ProgramFailed
from deploy.local.stack import Stack, at_once
from tests.upgrade.versions import Version

READY_SECONDS = 180.0
TRIES = 4
"""As often as Kubernetes' job migrates: what gets no lock gives way to those who work, and has changed nothing."""


class House:
    """What both releases stand on is the current one's: broker, its users, database server, mail and payments."""

    def __init__(self, stack: Stack, previous: Version, current: Version) -> None:
        self.stack = stack
        self.previous, self.current = previous, current
        self._ports = {previous: stack.site.ports.gateway, current: ports.free_port()}
        self._services: dict[Version, list[Process]] = {}
        self._gateways: set[Version] = set()
        self._migrated: set[Version] = set()

    def migrate(self, version: Version) -> None:
        """Brings every database to this release's schema, once, as a deploy step does, whoever runs meanwhile."""
        if version in self._migrated:
            return
        programs = [_of(version, world.migration(name, self.stack.database(name))) for name in world.SERVICES]
        at_once([partial(self._migrate, each) for each in programs])
        self._migrated.add(version)

    def _migrate(self, program: Program) -> None:
        for _ in range(TRIES - 1):
            with suppress(ProgramFailed):
                self.stack.supervisor.run_to_end(program, READY_SECONDS)
                return
        self.stack.supervisor.run_to_end(program, READY_SECONDS)

    def run(self, *versions: Version) -> None:
        """Has the services of exactly these releases run; what comes is ready before anything leaves."""
        for version in versions:
            if version not in self._services:
                self._services[version] = [self._start(version, name) for name in world.SERVICES]
        for version in versions:
            for process in self._services[version]:
                _wait_until_ready(process)
        for version in self._services.keys() - set(versions):
            for process in self._services.pop(version):
                self.stack.supervisor.stop(process.program.name)

    def door(self, version: Version) -> str:
        """The address of this release's gateway, which runs from now on."""
        address = f"http://{ports.HOST}:{self._ports[version]}"
        if version not in self._gateways:
            gateway = world.gateway(self.stack.site, self.stack.broker.url_for("gateway"))
            env = {**gateway.env, "GATEWAY_PORT": str(self._ports[version])}
            process = self.stack.supervisor.start(_of(version, replace(gateway, env=env)))
            _wait_until_ready(process, address)
            self._gateways.add(version)
        return address

    def load_demo(self, version: Version) -> None:
        """Has this release load its demo companies through its own gateway."""
        self.door(version)
        demo = world.demo(self.stack.site, self.stack.broker.url_for("gateway"))
        argv = (demo.argv[0], str(Path(__file__).with_name("demo.py")))
        env = {**demo.env, "PYTHONPATH": str(version.folder)}
        self.stack.supervisor.run_to_end(_of(version, replace(demo, argv=argv, env=env)), 300)

    def complaints(self) -> list[str]:
        """Every line so far in which a process of either release has told of an error."""
        logs = sorted(self.stack.site.logs.glob(f"{self.previous.name}-*.log"))
        logs += sorted(self.stack.site.logs.glob(f"{self.current.name}-*.log"))
        lines = [(path.stem, line) for path in logs for line in path.read_text(errors="replace").splitlines()]
        return [f"{name}: {line}" for name, line in lines if '"level":"error"' in line.replace(" ", "")]

    def _start(self, version: Version, name: str) -> Process:
        url, database = self.stack.broker.url_for(name), self.stack.database(name)
        return self.stack.supervisor.start(_of(version, world.service(self.stack.site, name, url, database)))


def _of(version: Version, program: Program) -> Program:
    """The program as this release's code runs it."""
    argv = tuple(str(version.python) if each == sys.executable else each for each in program.argv)
    return replace(program, name=f"{version.name}-{program.name}", folder=version.folder, argv=argv)


def _wait_until_ready(process: Process, address: str | None = None) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not (_answers(address) if address else '"ready"' in process.output()):
        if time.monotonic() > deadline or process.exit_code() is not None:
            raise NotReady(f"{process.label} is not ready. It said:\n{process.output()[-3000:]}")
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False
