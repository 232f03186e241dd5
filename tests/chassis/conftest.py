"""The sample service as real processes, and a client that speaks plain nameko to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from deploy.local import world
from deploy.local.processes import Process
from deploy.local.stack import Stack
from tests.chassis.client import Client


class Sample:
    """The sample service: start it, kill it, ask it."""

    def __init__(self, stack: Stack, outside_log: Path) -> None:
        self.stack = stack
        self.outside_log = outside_log
        self.url = stack.server.admin_url.rpartition("/")[0] + "/portico_sample"
        self._program = world.service(stack.site, "sample", stack.broker.url, stack.database("sample"))
        self._program = replace(
            self._program,
            argv=(*self._program.argv[:-1], "tests.sample"),
            env={**self._program.env, "OUTSIDE_LOG": str(outside_log)},
        )

    def start(self, replicas: int = 1, **env: str) -> Process:
        """Starts it and returns when every replica takes calls."""
        process = self.stack.supervisor.start(replace(self._program, env={**self._program.env, **env}))
        if replicas > 1:
            self.stack.supervisor.scale("sample", replicas)
        until(lambda: self.ready() == replicas, "the sample service is ready")
        return process

    def ready(self) -> int:
        """How many running replicas have said that they are ready."""
        numbers = range(1, self.stack.supervisor.replicas("sample") + 1)
        running = [self.stack.supervisor.process("sample", number) for number in numbers]
        return sum(1 for each in running if each and '"ready"' in each.output())

    def replicas(self) -> int:
        """How many replicas should be running."""
        return self.stack.supervisor.replicas("sample")

    def empty(self) -> None:
        """Forgets every row and every outside call."""
        for table in ("note", "tally", "turn", "inbox", "outbox", "timer"):
            self.rows(f"DELETE FROM {table}")
        self.outside_log.write_text("")

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What the database holds, seen by its administrator."""
        with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Stops every replica gracefully."""
        self.stack.supervisor.stop("sample")


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Waits for a condition; fails with `what` did not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"within {seconds:g} s it did not come true that {what}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def migrated(backing: Stack) -> Stack:
    """The stack with the sample service's database migrated."""
    database = backing.database("sample")
    program = world.migration("sample", database)
    backing.supervisor.run_to_end(replace(program, argv=(*program.argv[:-1], "tests.sample")), 60)
    return backing


@pytest.fixture(scope="session")
def _sample(migrated: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    sample = Sample(migrated, tmp_path_factory.mktemp("outside") / "log")
    yield sample
    sample.stop()


@pytest.fixture
def sample(_sample: Sample) -> Sample:
    """The sample service, stopped, with empty tables."""
    _sample.stop()
    _sample.empty()
    return _sample


@pytest.fixture
def running(_sample: Sample) -> Sample:
    """One replica of the sample service, running, with empty tables."""
    if _sample.replicas() != 1:
        _sample.stop()
        _sample.start()
    _sample.empty()
    return _sample


@pytest.fixture
def client(migrated: Stack) -> Iterator[Client]:
    """A caller on the same bus."""
    client = Client(migrated.broker.url)
    yield client
    client.close()
