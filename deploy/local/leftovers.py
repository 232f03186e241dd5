"""Finds and ends the processes of a launcher that was itself killed."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from deploy.local.processes import identity, kill_group

_PATIENCE = 10.0


@dataclass(frozen=True)
class Leftover:
    """A process that a launcher wrote down."""

    label: str
    pid: int
    identity: str
    stage: int
    stop_signal: int

    def runs(self) -> bool:
        """Whether it still runs; another process that got its id later does not count."""
        return identity(self.pid) == self.identity


def launcher_runs(record: Path) -> bool:
    """Whether the launcher that wrote this record is still there."""
    if not record.exists():
        return False
    launcher = json.loads(record.read_text())["launcher"]
    return bool(identity(launcher["pid"]) == launcher["identity"])


def sweep(record: Path) -> list[str]:
    """Stops, in order of stages, what a dead launcher left running; returns their labels."""
    if launcher_runs(record):
        return []
    alive = sorted(_alive(record), key=lambda item: item.stage, reverse=True)
    for _, stage in groupby(alive, key=lambda item: item.stage):
        _end(list(stage))
    record.unlink(missing_ok=True)
    return [leftover.label for leftover in alive]


def _alive(record: Path) -> Iterator[Leftover]:
    if not record.exists():
        return
    for entry in json.loads(record.read_text())["processes"]:
        leftover = Leftover(**{name: entry[name] for name in Leftover.__dataclass_fields__})
        if leftover.runs():
            yield leftover


def _end(leftovers: list[Leftover]) -> None:
    for leftover in leftovers:
        _signal(leftover, leftover.stop_signal)
    deadline = time.monotonic() + _PATIENCE
    while any(leftover.runs() for leftover in leftovers) and time.monotonic() < deadline:
        time.sleep(0.05)
    for leftover in leftovers:
        _signal(leftover, signal.SIGKILL)
        kill_group(leftover.pid)


def _signal(leftover: Leftover, number: int) -> None:
    if leftover.runs():
        with suppress(ProcessLookupError):  # It ended by itself just now.
            os.kill(leftover.pid, number)
