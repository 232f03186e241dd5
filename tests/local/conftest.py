"""A real broker and database, and tiny programs, for the tests of the machinery that runs Portico."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import stack
from deploy.local.processes import Program, Stage
from deploy.local.stack import Stack
from deploy.local.supervisor import Supervisor


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Returns when the condition holds; fails the test, naming `what` was expected, after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"Not within {seconds:g} s: {what}"
        time.sleep(0.02)


def python(name: str, code: str, folder: Path, stage: Stage = Stage.SERVICE, stop_within: float = 15) -> Program:
    """A program that runs this Python code in `folder`."""
    return Program(name, (sys.executable, "-c", code), folder, stage=stage, stop_within=stop_within)


class Said(list[str]):
    """What the supervisor has told, to be asked for words."""

    def has(self, *words: str) -> bool:
        return any(all(word in line for word in words) for line in self)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def supervisor(tmp_path: Path, said: Said) -> Iterator[Supervisor]:
    running = Supervisor(tmp_path / "processes.json", tmp_path, said.append)
    yield running
    running.stop_all()


@pytest.fixture(scope="session")
def backing() -> Iterator[Stack]:
    """A private broker and a private database, which tests may kill."""
    with stack.for_tests(private=True) as running:
        running.start_backing()
        yield running
