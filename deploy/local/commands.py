"""What people ask of a Portico that runs, or has run: its status, more replicas, its end, a fresh start."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from deploy.local import leftovers, ports, stack, world
from deploy.local.launcher import FOLDER, WISHES
from deploy.local.processes import identity
from deploy.local.sites import CHECKOUT, Site, hold, write_private

RECORD = FOLDER / "processes.json"
_PATIENCE = 60.0


class Refused(Exception):
    """The command makes no sense now; the message says why."""


def status() -> None:
    """Prints every process with its id, its age and how often it has crashed."""
    _require_running()
    for entry in _processes():
        runs = identity(entry["pid"]) == entry["identity"]
        state = f"up {time.time() - entry['started']:.0f} s" if runs else "down"
        metrics = f"metrics on {ports.HOST}:{entry['metrics_port']}" if entry["metrics_port"] else ""
        print(f"{entry['label']:18} {entry['pid']:>8}  {state:12} crashes {entry['crashes']:<3} {metrics}")


def scale(service: str, count: int) -> None:
    """Brings a service to `count` replicas while everything runs, and returns when they are there."""
    if service not in world.SERVICES or count < 1:
        raise Refused(f"Usage: make scale s=<service> n=<1 or more>, with one of {', '.join(world.SERVICES)}")
    _require_running()
    wishes = json.loads(WISHES.read_text()) if WISHES.exists() else {}
    write_private(WISHES, json.dumps({**wishes, service: count}))
    _wait(lambda: sum(entry["name"] == service for entry in _processes()) == count, f"{service} did not scale")
    print(f"{service} runs with {count} replica(s)")


def audit() -> None:
    """Has billing prove its money, with the variables of a replica that runs. Refused: something does not agree."""
    _require_running()
    replica = next((entry for entry in _processes() if entry["name"] == "billing"), None)
    if replica is None:
        raise Refused("No replica of billing is running")
    env = psutil.Process(replica["pid"]).environ()
    if subprocess.run((sys.executable, "-m", "services.billing.audit"), cwd=CHECKOUT, env=env, check=False).returncode:
        raise Refused("The audit has found something")


def stop() -> None:
    """Asks the launcher to stop everything, and returns when it has."""
    if not leftovers.launcher_runs(RECORD):
        print("Portico is not running")
        return
    launcher = json.loads(RECORD.read_text())["launcher"]
    os.kill(launcher["pid"], signal.SIGTERM)
    _wait(lambda: identity(launcher["pid"]) != launcher["identity"], "The launcher did not stop")


def reset() -> None:
    """Forgets all data, passwords and logs of this checkout's Portico. Busy: it runs."""
    if not FOLDER.exists():
        return
    with hold(FOLDER):
        leftovers.sweep(RECORD)
        stack.forget(Site(FOLDER, ports.of_checkout(CHECKOUT, os.environ)))
    print("Everything is forgotten; make run starts afresh", file=sys.stderr)


def _require_running() -> None:
    if not leftovers.launcher_runs(RECORD):
        raise Refused("Portico is not running; make run starts it")


def _processes() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(RECORD.read_text())["processes"]
    return entries


def _wait(condition: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise Refused(f"{failure} within {_PATIENCE:g} s; see {FOLDER / 'log'}")
        time.sleep(0.1)
