"""Processes are started, restarted, scaled and stopped as the supervisor promises."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from deploy.local.processes import ProgramFailed, Stage, identity
from deploy.local.supervisor import Supervisor
from tests.local.conftest import Said, python, wait_for

SLEEP = "import time; time.sleep(600)"
# Says that it is up, and on SIGTERM takes a moment to finish its work before it ends.
TIDY = """
import pathlib, signal, sys, time
def finish(*_):
    time.sleep(0.3)
    with open("ended", "a") as file:
        file.write(sys.argv[0] + NAME + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, finish)
print("up")
time.sleep(600)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(600)"


def tidy(name: str) -> str:
    return f"NAME = {name!r}\n{TIDY}"


def wait_until_up(supervisor: Supervisor, name: str) -> None:
    def is_up() -> bool:
        process = supervisor.process(name)
        return process is not None and "up" in process.output()

    wait_for(is_up, f"{name} is up")


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_killed_process_is_restarted_and_said_so(supervisor: Supervisor, tmp_path: Path, said: Said) -> None:
    first = supervisor.start(python("billing", SLEEP, tmp_path))
    supervisor.kill("billing")
    wait_for(lambda: said.has("billing is running again"), "the restart is told")
    assert said.has("billing was killed by signal 9", "billing.log")
    second = supervisor.process("billing")
    assert second is not None and second.pid != first.pid and second.exit_code() is None


def test_a_process_that_keeps_crashing_is_restarted_later_each_time(
    supervisor: Supervisor, tmp_path: Path, said: Said
) -> None:
    supervisor.start(python("billing", "raise SystemExit(3)", tmp_path))
    wait_for(lambda: said.has("ended with exit code 3", "restarting it in 2 s"), "the third delay")
    delays = [line.split("restarting it in ")[1].split(" s")[0] for line in said if "restarting" in line]
    assert delays[:3] == ["0.5", "1", "2"]


def test_a_stopped_process_may_finish_its_work_and_stays_stopped(
    supervisor: Supervisor, tmp_path: Path, said: Said
) -> None:
    supervisor.start(python("billing", tidy("billing"), tmp_path))
    wait_until_up(supervisor, "billing")
    supervisor.stop("billing")
    assert "billing" in (tmp_path / "ended").read_text()
    assert not said
    assert supervisor.replicas("billing") == 0


def test_a_process_that_ignores_the_request_to_stop_is_killed_and_said_so(
    supervisor: Supervisor, tmp_path: Path, said: Said
) -> None:
    process = supervisor.start(python("billing", STUBBORN, tmp_path, stop_within=0.5))
    wait_until_up(supervisor, "billing")
    supervisor.stop("billing")
    assert process.exit_code() == -signal.SIGKILL
    assert said.has("billing did not stop in time")


def test_what_a_process_started_itself_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    code = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); print(p.pid, 'up'); p.wait()"
    )
    process = supervisor.start(python("billing", code, tmp_path))
    wait_until_up(supervisor, "billing")
    child = int(process.output().split()[0])
    supervisor.stop("billing")
    wait_for(lambda: is_gone(child), "the child has ended")


def test_everything_stops_in_the_order_of_stages(supervisor: Supervisor, tmp_path: Path) -> None:
    for name, stage in (("broker", Stage.BACKING), ("gateway", Stage.GATEWAY), ("billing", Stage.SERVICE)):
        supervisor.start(python(name, tidy(name), tmp_path, stage))
        wait_until_up(supervisor, name)
    supervisor.stop_all()
    assert (tmp_path / "ended").read_text().replace("-c", "").split() == ["gateway", "billing", "broker"]


def test_nothing_starts_once_everything_is_being_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.stop_all()
    with pytest.raises(ProgramFailed, match="everything is being stopped"):
        supervisor.start(python("billing", SLEEP, tmp_path))


def test_replicas_are_added_and_the_newest_leave_first(supervisor: Supervisor, tmp_path: Path) -> None:
    first = supervisor.start(python("billing", SLEEP, tmp_path))
    supervisor.scale("billing", 3)
    pids = [process.pid for n in (1, 2, 3) if (process := supervisor.process("billing", n))]
    assert len(set(pids)) == 3
    supervisor.scale("billing", 1)
    wait_for(lambda: is_gone(pids[1]) and is_gone(pids[2]), "the added replicas have ended")
    assert supervisor.replicas("billing") == 1 and first.exit_code() is None


def test_a_killed_replica_comes_back_without_touching_the_others(supervisor: Supervisor, tmp_path: Path) -> None:
    first = supervisor.start(python("billing", SLEEP, tmp_path))
    supervisor.scale("billing", 2)
    killed = supervisor.process("billing", 2)
    supervisor.kill("billing", 2)

    def is_back() -> bool:
        process = supervisor.process("billing", 2)
        return process is not None and process is not killed

    wait_for(is_back, "the second replica is back")
    assert supervisor.process("billing", 1) is first


def test_the_record_names_every_process(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(python("billing", SLEEP, tmp_path))
    supervisor.scale("billing", 2)
    entries = json.loads((tmp_path / "processes.json").read_text())["processes"]
    assert [(entry["name"], entry["replica"]) for entry in entries] == [("billing", 1), ("billing", 2)]
    assert all(identity(entry["pid"]) == entry["identity"] for entry in entries)


def test_a_program_sees_only_its_own_variables(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "from somebody's shell")
    code = "import os; print(os.environ.get('STRIPE_API_KEY'), 'up'); " + SLEEP
    process = supervisor.start(python("gateway", code, tmp_path))
    wait_until_up(supervisor, "gateway")
    assert process.output().startswith("None")


def test_a_failed_step_shows_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=r"(?s)migrate ended with exit code 1.*no such table"):
        supervisor.run_to_end(python("migrate", "raise SystemExit('no such table')", tmp_path), 10)


def test_a_step_that_takes_too_long_is_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=r"took longer than 0\.5 s"):
        supervisor.run_to_end(python("migrate", SLEEP, tmp_path), 0.5)


def test_a_step_under_way_ends_when_everything_is_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        step = pool.submit(supervisor.run_to_end, python("migrate", SLEEP, tmp_path), 60)
        record = tmp_path / "processes.json"
        wait_for(lambda: record.exists() and "migrate" in record.read_text(), "the step runs")
        supervisor.stop_all()
        assert isinstance(step.exception(timeout=10), ProgramFailed)
