"""A checkout whose launcher is the real one, and whose services are tiny stand-ins that start at once."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deploy.local import ports
from deploy.local.sites import CHECKOUT

_SLEEPER = "import time\ntime.sleep(600)\n"
_CHASSIS = """
import os, sys, time
import psycopg2
if sys.argv[1] == "migrate":
    if os.path.exists("broken"):
        sys.exit("column does not exist")
    with psycopg2.connect(os.environ["MIGRATION_DATABASE_URL"]) as database, database.cursor() as sql:
        sql.execute("CREATE TABLE IF NOT EXISTS runs (at timestamptz)")
        sql.execute("INSERT INTO runs VALUES (now())")
        sql.execute("SELECT count(*) FROM runs")
        print("migrated", sql.fetchone()[0], "time(s)")
else:
    print("ready", flush=True)
    time.sleep(600)
"""
_GATEWAY = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
address = (os.environ["GATEWAY_HOST"], int(os.environ["GATEWAY_PORT"]))
http.server.HTTPServer(address, Ready).serve_forever()
"""
_STAND_INS = {
    "services/chassis/__main__.py": _CHASSIS,
    "gateway/__main__.py": _GATEWAY,
    "deploy/sandbox/mail.py": _SLEEPER,
    "deploy/sandbox/payments.py": _SLEEPER,
    "deploy/demo.py": "print('loaded')\n",
}


class Checkout:
    """A folder in which `python -m deploy.local` works as in a real checkout, on free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = ports.free_ports()
        self.env = {**os.environ, **{ports.variable(name): str(port) for name, port in asdict(self.ports).items()}}
        for real in ("deploy/local", "services/contracts"):
            shutil.copytree(CHECKOUT / real, folder / real)
        shutil.copy(CHECKOUT / "deploy" / "bus_users.py", folder / "deploy")
        for name, text in _STAND_INS.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end; its output is in `stdout`, errors included."""
        return subprocess.run(self._line(*words), check=False, timeout=120, **self._surroundings())

    def run(self) -> "Run":
        """Starts `run` and returns when it says that it is ready."""
        return Run(subprocess.Popen(self._line("run"), start_new_session=True, **self._surroundings()))

    def _line(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "deploy.local", *words)

    def _surroundings(self) -> Mapping[str, Any]:
        output = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return {"cwd": self.folder, "env": self.env, "text": True, **output}

    def pids(self) -> dict[str, int]:
        """The process ids that the launcher wrote down, by label."""
        record = json.loads((self.folder / ".run" / "processes.json").read_text())
        return {entry["label"]: entry["pid"] for entry in record["processes"]}

    def log(self, label: str) -> str:
        return (self.folder / ".run" / "log" / f"{label}.log").read_text()


class Run:
    """A launcher that runs, and what it has printed."""

    def __init__(self, launcher: subprocess.Popen[str]) -> None:
        self.launcher = launcher
        self.printed = ""
        self.read_until("Portico is ready")

    def read_until(self, words: str) -> None:
        """Reads what the launcher prints until a line has these words; fails when it ends before."""
        assert self.launcher.stdout is not None
        for line in self.launcher.stdout:
            self.printed += line
            if words in line:
                return
        raise AssertionError(f"The launcher ended before it said {words!r}:\n{self.printed}")

    def end(self, how: signal.Signals) -> int:
        """Sends a signal, and returns the exit code."""
        self.launcher.send_signal(how)
        self.printed += self.launcher.communicate(timeout=60)[0]
        return self.launcher.returncode
