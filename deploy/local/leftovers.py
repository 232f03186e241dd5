"""Finds and ends the processes of a launcher that was itself killed."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import psutil

from deploy.local.processes import kill_group

_PATIENCE = 10.0


@dataclass(frozen=True)
class Leftover:
    """A process written down by a launcher: `started` is what tells it from a later one of the same id."""

    label: str
    pid: int
    started: float
    stage: int
    stop_signal: int

    def process(self) -> psutil.Process | None:
        """The process, if it still runs and is the one that was written down."""
        return same_process(self.pid, self.started)


def same_process(pid: int, started: float) -> psutil.Process | None:
    """The running process of this id, unless it is another one that got the id later."""
    try:
        process = psutil.Process(pid)
        ended = process.status() == psutil.STATUS_ZOMBIE
        return None if ended or abs(process.create_time() - started) > 0.05 else process
    except psutil.NoSuchProcess:
        return None


def launcher_runs(record: Path) -> bool:
    """Whether the launcher that wrote this record is still there."""
    if not record.exists():
        return False
    launcher = json.loads(record.read_text())["launcher"]
    return same_process(launcher["pid"], launcher["started"]) is not None


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
        if leftover.process():
            yield leftover


def _end(leftovers: list[Leftover]) -> None:
    for leftover in leftovers:
        _signal(leftover, leftover.stop_signal)
    deadline = time.monotonic() + _PATIENCE
    while any(leftover.process() for leftover in leftovers) and time.monotonic() < deadline:
        time.sleep(0.05)
    for leftover in leftovers:
        _signal(leftover, signal.SIGKILL)
        kill_group(leftover.pid)


def _signal(leftover: Leftover, number: int) -> None:
    if process := leftover.process():
        with suppress(psutil.NoSuchProcess):  # It ended by itself just now.
            process.send_signal(number)
