"""Keeps processes running: starts, restarts, scales and stops them, and writes down which there are."""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from deploy.local.ports import free_port
from deploy.local.processes import Process, Program, ProgramFailed, identity, launch, require_success
from deploy.local.sites import write_private

FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0
# A process that has run this long is taken to be well again: its next crash starts over at FIRST_DELAY.
WELL_AFTER = 10.0
_TICK = 0.1


@dataclass
class _Slot:
    """One replica that should run: its process now, and when to start the next one if that has ended."""

    program: Program
    replica: int
    process: Process | None = None
    crashes: int = 0
    start_at: float = 0.0


class Supervisor:
    """Runs programs until told to stop them; `say` is told of every crash and restart."""

    def __init__(self, record: Path, logs: Path, say: Callable[[str], None]) -> None:
        self._record = record
        self._logs = logs
        self._say = say
        self._slots: dict[tuple[str, int], _Slot] = {}
        # Processes that are not to be restarted: those that end by themselves, and those asked to.
        self._passing: list[Process] = []
        self._ending: list[Process] = []
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watcher.start()

    def start(self, program: Program) -> Process:
        """Starts the first replica of a program and keeps it running."""
        return self._add(program, 1)

    def run_to_end(self, program: Program, seconds: float) -> None:
        """Runs a program that ends by itself. ProgramFailed: it failed, took longer, or all was stopped."""
        with self._lock:
            self._refuse_when_over(program)
            process = launch(program, 1, self._logs)
            self._passing.append(process)
            self._write_down()
        try:
            require_success(process, seconds)
        finally:
            with self._lock:
                self._passing.remove(process)
                self._write_down()

    def scale(self, name: str, count: int) -> None:
        """Brings the number of a program's replicas to `count`, at least 1; the newest leave first."""
        with self._lock:
            running = sorted(replica for owner, replica in self._slots if owner == name)
            program = self._slots[name, running[0]].program
            for replica in range(running[-1] + 1, count + 1):
                self._add(program, replica)
        self._remove([(name, replica) for replica in running if replica > max(count, 1)])

    def process(self, name: str, replica: int = 1) -> Process | None:
        """The replica's process, or None while it waits to be restarted. KeyError: no such replica."""
        with self._lock:
            return self._slots[name, replica].process

    def replicas(self, name: str) -> int:
        """How many replicas of this program should be running."""
        with self._lock:
            return sum(1 for owner, _ in self._slots if owner == name)

    def stop(self, name: str) -> None:
        """Asks every replica of a program to stop, and does not restart it."""
        with self._lock:
            keys = [key for key in self._slots if key[0] == name]
        self._remove(keys)

    def stop_all(self) -> None:
        """Stops everything, stage by stage, and the supervisor itself."""
        with self._lock:
            self._over.set()
            for process in self._passing:
                process.popen.kill()
            slots = sorted(self._slots.items(), key=lambda item: item[1].program.stage, reverse=True)
        for _, stage in groupby(slots, key=lambda item: item[1].program.stage):
            self._remove([key for key, _ in stage])
        if threading.current_thread() is not self._watcher:
            self._watcher.join()

    def kill(self, name: str, replica: int = 1) -> None:
        """Ends a replica as a crash would, with SIGKILL; it is restarted as after any crash."""
        process = self.process(name, replica)
        if process:
            process.popen.kill()

    def _add(self, program: Program, replica: int) -> Process:
        with self._lock:
            self._refuse_when_over(program)
            slot = self._slots[program.name, replica] = _Slot(program, replica)
            return self._launch(slot)

    def _refuse_when_over(self, program: Program) -> None:
        if self._over.is_set():
            raise ProgramFailed(f"{program.name} cannot start: everything is being stopped")

    def _launch(self, slot: _Slot) -> Process:
        metrics_port = free_port() if slot.program.has_metrics else None
        process = slot.process = launch(slot.program, slot.replica, self._logs, metrics_port)
        self._write_down()
        return process

    def _remove(self, keys: list[tuple[str, int]]) -> None:
        with self._lock:
            slots = [self._slots.pop(key) for key in keys if key in self._slots]
            processes = [slot.process for slot in slots if slot.process]
            self._ending += processes
        for process in processes:
            process.ask_to_stop()
        deadline = time.monotonic() + max((process.program.stop_within for process in processes), default=0)
        for process in processes:
            if not process.wait_or_kill(max(0.0, deadline - time.monotonic())):
                self._say(f"{process.label} did not stop in time and was killed; see {process.log}")
        with self._lock:
            self._ending = [process for process in self._ending if process not in processes]
            self._write_down()

    def _watch(self) -> None:
        while not self._over.wait(_TICK):
            with self._lock:
                for slot in list(self._slots.values()):
                    self._look_at(slot)

    def _look_at(self, slot: _Slot) -> None:
        if self._over.is_set():
            return
        now = time.monotonic()
        if slot.process is None:
            if now >= slot.start_at:
                self._restart(slot)
        elif (code := slot.process.exit_code()) is not None:
            self._note_crash(slot, slot.process, code, now)

    def _restart(self, slot: _Slot) -> None:
        process = self._launch(slot)
        self._say(f"{process.label} is running again (process {process.pid})")

    def _note_crash(self, slot: _Slot, process: Process, code: int, now: float) -> None:
        lasted = time.time() - process.started
        slot.crashes = 1 if lasted > WELL_AFTER else slot.crashes + 1
        delay = min(FIRST_DELAY * 2 ** (slot.crashes - 1), LONGEST_DELAY)
        slot.process, slot.start_at = None, now + delay
        process.wait_or_kill(0)
        self._write_down()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self._say(f"{process.label} {how}; restarting it in {delay:g} s; see {process.log}")

    def _write_down(self) -> None:
        """Replaces the record that the next run, `status` and the fault harness read."""
        running = [(slot.process, slot.crashes) for slot in self._slots.values() if slot.process]
        passing = [(process, 0) for process in self._passing + self._ending]
        record = {
            "launcher": {"pid": os.getpid(), "identity": identity(os.getpid())},
            "processes": [_entry(process, crashes) for process, crashes in running + passing],
        }
        write_private(self._record, json.dumps(record, indent=1))


def _entry(process: Process, crashes: int) -> dict[str, object]:
    return {
        "name": process.program.name,
        "replica": process.replica,
        "label": process.label,
        "pid": process.pid,
        "identity": process.identity,
        "started": process.started,
        "stage": int(process.program.stage),
        "stop_signal": int(process.program.stop_signal),
        "crashes": crashes,
        "metrics_port": process.metrics_port,
    }
