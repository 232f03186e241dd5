"""`make run` starts everything, keeps it running, leaves nothing behind, and starts again from what it kept."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.local.ports import HOST, variable
from deploy.local.world import SERVICES
from tests.local.checkouts import Checkout, Run

BACKING = {"epmd", "broker", "database"}


def are_gone(pids: dict[str, int]) -> bool:
    return not any(psutil.pid_exists(pid) for pid in pids.values())


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout(tmp_path_factory.mktemp("checkout"))
    yield made
    made.command("reset")


@pytest.fixture(scope="module")
def running(checkout: Checkout) -> Iterator[Run]:
    run = checkout.run()
    yield run
    run.end(signal.SIGTERM)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path / "checkout")
    yield made
    made.command("reset")


def test_everything_runs_when_it_says_that_it_is_ready(checkout: Checkout, running: Run) -> None:
    address = f"http://{HOST}:{checkout.ports.gateway}"
    assert running.printed.splitlines()[-1].startswith(f"Portico is ready: {address}")
    assert httpx.get(f"{address}/readyz").status_code == 200
    assert set(checkout.pids()) == {*BACKING, "mail", "payments", *SERVICES, "gateway"}
    assert checkout.log("demo") == "loaded\n"


def test_progress_names_each_step_and_its_time(running: Run) -> None:
    for step in ("RabbitMQ", "PostgreSQL", "Databases and migrations", "Services and gateway", "Demo companies"):
        assert f"{step} ..." in running.printed
        assert f"{step}: done in " in running.printed


def test_a_second_run_says_that_one_is_running(checkout: Checkout, running: Run) -> None:
    second = checkout.command("run")
    assert second.returncode == 1
    assert "running in this checkout already" in second.stdout


def test_reset_refuses_while_it_runs(checkout: Checkout, running: Run) -> None:
    refused = checkout.command("reset")
    assert refused.returncode == 1 and "running in this checkout already" in refused.stdout
    assert (checkout.folder / ".run" / "credentials.json").exists()


def test_a_crashed_service_is_restarted_and_said_so(checkout: Checkout, running: Run) -> None:
    psutil.Process(checkout.pids()["fieldwork"]).kill()
    running.read_until("fieldwork is running again")
    assert "fieldwork was killed by signal 9" in running.printed


def test_replicas_come_and_go_while_it_runs(checkout: Checkout, running: Run) -> None:
    assert checkout.command("scale", "billing", "3").returncode == 0
    assert {"billing", "billing-2", "billing-3"} <= set(checkout.pids())
    assert checkout.command("scale", "billing", "1").returncode == 0
    assert not {"billing-2", "billing-3"} & set(checkout.pids())


@pytest.mark.parametrize("words", [("billing", "0"), ("broker", "2"), ("nonsense", "2")])
def test_what_cannot_be_scaled_is_explained(checkout: Checkout, running: Run, words: tuple[str, str]) -> None:
    refused = checkout.command("scale", *words)
    assert refused.returncode == 1 and "one of identity, billing" in refused.stdout


def test_status_lists_each_process(checkout: Checkout, running: Run) -> None:
    shown = checkout.command("status").stdout
    assert all(name in shown for name in (*BACKING, *SERVICES, "gateway"))


def test_it_stops_wholly_starts_again_with_its_data_and_is_forgotten(fresh: Checkout) -> None:
    first = fresh.run()
    started = fresh.pids()
    assert first.end(signal.SIGINT) == 0
    assert are_gone(started)

    second = fresh.run()
    assert "migrated 2 time(s)" in fresh.log("migrate-billing")
    left = fresh.pids()
    second.end(signal.SIGKILL)
    assert not are_gone(left)

    third = fresh.run()
    assert are_gone(left)
    assert "Stopped what a killed launcher had left running: gateway, identity" in third.printed
    assert fresh.command("stop").returncode == 0
    assert third.end(signal.SIGTERM) == 0

    assert fresh.command("reset").returncode == 0
    assert not (fresh.folder / ".run").exists()


def test_a_migration_that_fails_is_shown_and_nothing_is_left_running(fresh: Checkout) -> None:
    (fresh.folder / "broken").touch()
    failed = fresh.command("run")
    assert failed.returncode == 1
    assert "column does not exist" in failed.stdout
    assert not (fresh.folder / ".run" / "processes.json").exists()


def test_a_taken_port_is_named_before_anything_starts(fresh: Checkout) -> None:
    with socket.create_server((HOST, fresh.ports.mail)):
        failed = fresh.command("run")
    assert failed.returncode == 1
    assert variable("mail") in failed.stdout and str(fresh.ports.mail) in failed.stdout
    assert not (fresh.folder / ".run" / "database-is-made").exists()
