"""What a killed launcher leaves running is ended by the next one, and nothing else is."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from deploy.local import leftovers, stack
from deploy.local.sites import CHECKOUT
from tests.local.conftest import wait_for

TIDY = """
import pathlib, signal, sys, time
def finish(*_):
    pathlib.Path(sys.argv[1]).touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, finish)
pathlib.Path(sys.argv[1] + "-is-up").touch()
time.sleep(600)
"""
LAUNCHER = f"""
import sys, time, pathlib
from deploy.local.processes import Program
from deploy.local.supervisor import Supervisor
folder = pathlib.Path(sys.argv[1])
supervisor = Supervisor(folder / "processes.json", folder, print)
for name in ("billing", "identity"):
    supervisor.start(Program(name, (sys.executable, "-c", {TIDY!r}, name), folder))
while len(list(folder.glob("*-is-up"))) < 2:
    time.sleep(0.02)
print("started", flush=True)
time.sleep(600)
"""


def launch(folder: Path) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-c", LAUNCHER, str(folder))
    launcher = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE)
    assert launcher.stdout is not None and launcher.stdout.readline() == b"started\n"
    return launcher


def pids(record: Path) -> list[int]:
    return [entry["pid"] for entry in json.loads(record.read_text())["processes"]]


def kill(launcher: subprocess.Popen[bytes]) -> None:
    launcher.send_signal(signal.SIGKILL)
    launcher.communicate()


def test_the_processes_of_a_killed_launcher_may_finish_their_work_and_end(tmp_path: Path) -> None:
    record = tmp_path / "processes.json"
    kill(launch(tmp_path))
    left = pids(record)
    assert all(psutil.pid_exists(pid) for pid in left)
    assert sorted(leftovers.sweep(record)) == ["billing", "identity"]
    wait_for(lambda: not any(psutil.pid_exists(pid) for pid in left), "the leftovers have ended")
    assert (tmp_path / "billing").exists() and (tmp_path / "identity").exists()
    assert not record.exists()


def test_the_processes_of_a_launcher_that_runs_are_left_alone(tmp_path: Path) -> None:
    record = tmp_path / "processes.json"
    launcher = launch(tmp_path)
    try:
        assert leftovers.sweep(record) == []
        assert all(psutil.pid_exists(pid) for pid in pids(record))
    finally:
        kill(launcher)
        leftovers.sweep(record)


def test_a_process_that_only_has_the_same_id_is_left_alone(tmp_path: Path) -> None:
    record = tmp_path / "processes.json"
    with subprocess.Popen((sys.executable, "-c", "")) as launcher:
        pass
    with subprocess.Popen((sys.executable, "-c", "import time; time.sleep(600)")) as stranger:
        entry = {"label": "billing", "pid": stranger.pid, "identity": "earlier", "stage": 3, "stop_signal": 15}
        record.write_text(json.dumps({"launcher": {"pid": launcher.pid, "identity": "earlier"}, "processes": [entry]}))
        assert leftovers.sweep(record) == []
        assert stranger.poll() is None
        stranger.kill()


def test_the_next_test_run_removes_what_a_killed_one_left() -> None:
    code = "from deploy.local import stack; c = stack.for_tests(private=True); s = c.__enter__(); s.start_database();"
    command = (sys.executable, "-c", f"{code} print(s.site.folder, s.server.folder, flush=True); input()")
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        folder, data = map(Path, run.stdout.readline().split())
        left = pids(folder / "processes.json")
        run.kill()
    with stack.for_tests(private=True):
        assert not folder.exists() and not data.exists()
        wait_for(lambda: not any(psutil.pid_exists(pid) for pid in left), "the database has ended")
