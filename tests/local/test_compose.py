"""The compose file names every process, bounds and watches what keeps running, and hands out each secret once."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.installation import Installation
from deploy.local.sites import CHECKOUT
from deploy.local.world import SERVICES
from gateway.uploads import drawing
from services.contracts.messages import Ask
from services.proposals.sealing import __main__ as examining
from tests.contract.samples import messages

FOLDER = CHECKOUT / "deploy" / "compose"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = (*SERVICES, "gateway")
MIGRATIONS = tuple(f"migrate-{service}" for service in SERVICES)
REST = 512 * 2**20
"""Bytes for all that a process does but for what it starts processes for."""
RUNNING = {name: each for name, each in CONTAINERS.items() if "restart" in each}


def mounted(name: str) -> list[str]:
    """What a container sees of elsewhere: volumes by name, files and folders by path."""
    return [each.partition(":")[0] for each in CONTAINERS[name].get("volumes", ())]


def test_every_process_and_what_it_stands_on_keeps_running() -> None:
    assert set(RUNNING) == {*PROCESSES, "broker", "database", "mail", "payments", "metrics", "dashboards"}
    assert {each["restart"] for each in RUNNING.values()} == {"unless-stopped"}


@pytest.mark.parametrize("name", RUNNING)
def test_what_keeps_running_is_watched_and_bounded(name: str) -> None:
    container = CONTAINERS[name]
    assert container["healthcheck"]["test"]
    assert container["deploy"]["resources"]["limits"]["memory"]


def test_a_health_check_that_took_too_long_does_not_become_the_databases_child() -> None:
    assert CONTAINERS["database"]["init"] is True
    assert CONTAINERS["database"]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", [name for name, each in CONTAINERS.items() if each["image"].startswith("portico/")])
def test_nothing_of_ours_can_write_to_its_image_or_gain_rights(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    # Only what makes secrets and databases is root, for it reads and hands out everybody's.
    assert ("user" in container) == (name in ("installation", "databases"))


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_runs_its_own_image_and_sees_its_own_secrets(name: str) -> None:
    assert CONTAINERS[name]["image"] == f"portico/{name}"
    own = [each for each in CONTAINERS[name]["volumes"] if each != "spool:/tmp"]
    assert own == [f"./secrets/{name}:/run/secrets/portico:ro", "files:/files"]


def test_uploads_and_pictures_fit_beside_what_the_gateway_does() -> None:
    """What a process writes to a tmpfs counts as its memory, and a picture of a few hundred KB is drawn in a GB."""
    gateway = CONTAINERS["gateway"]
    assert gateway["tmpfs"] == [] and "spool:/tmp" in gateway["volumes"]
    assert memory_of("gateway") > 2 * drawing.MEMORY + REST


def test_two_files_of_strangers_are_examined_beside_what_proposals_does() -> None:
    assert memory_of("proposals") > 2 * examining.MEMORY + REST


def memory_of(name: str) -> int:
    """How many bytes the container may have."""
    limit: str = CONTAINERS[name]["deploy"]["resources"]["limits"]["memory"]
    return int(limit.removesuffix("M")) * 2**20


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_migration_which_is_its_owners(service: str) -> None:
    done = {"condition": "service_completed_successfully"}
    assert CONTAINERS[service]["depends_on"][f"migrate-{service}"] == done
    migration = CONTAINERS[f"migrate-{service}"]
    assert (migration["image"], migration["command"]) == (f"portico/{service}", ["migrate"])
    assert mounted(f"migrate-{service}") == [f"./secrets/{service}-owner"]


def test_an_upgrade_replaces_services_before_the_gateway() -> None:
    """Which may say what those of the release before do not know; one that fails does not keep it away."""
    assert all(CONTAINERS["gateway"]["depends_on"][each] == {"condition": "service_started"} for each in SERVICES)


def test_only_what_keeps_data_reaches_the_database() -> None:
    reach = {name for name, each in CONTAINERS.items() if "data" in each.get("networks", ())}
    assert reach == {"database", "databases", *SERVICES, *MIGRATIONS}
    assert {each for name in CONTAINERS for each in CONTAINERS[name].get("networks", ())} == set(COMPOSE["networks"])


def test_ports_are_open_to_this_machine_alone() -> None:
    ports = [port for each in CONTAINERS.values() for port in each.get("ports", ())]
    assert len(ports) == 6
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_is_mounted_is_a_volume_or_a_file_that_is_there(tmp_path: Path) -> None:
    made = Installation(tmp_path / "secrets", "broker:5672", "database:5432", tls=False)
    made.write()
    made.write_for_sandbox()
    sources = {each for name in CONTAINERS for each in mounted(name)}
    assert {each for each in sources if not each.startswith(".")} == set(COMPOSE["volumes"])
    for each in sources:
        if each.startswith("./secrets"):
            assert (tmp_path / each).exists(), each
        elif each.startswith("."):
            assert (FOLDER / each).exists(), each


def test_what_is_under_way_is_finished_before_a_process_is_stopped() -> None:
    grace = {float(CONTAINERS[name]["stop_grace_period"].removesuffix("s")) for name in PROCESSES}
    longest_call = max(each.deadline_seconds for each in messages() if issubclass(each, Ask))
    assert min(grace) > longest_call + 10


def test_prometheus_looks_for_every_process() -> None:
    jobs = yaml.safe_load((FOLDER / "../observability/prometheus.yaml").read_text())["scrape_configs"]
    (portico,) = [each for each in jobs if each["job_name"] == "portico"]
    assert set(portico["dns_sd_configs"][0]["names"]) == set(PROCESSES)


def test_no_secret_stands_in_an_environment() -> None:
    told = {variable for each in CONTAINERS.values() for variable in each.get("environment", ())}
    # A file or a folder of secrets may be named.
    assert not {each for each in told if re.search("PASSWORD|SECRET|KEY", each) and not re.search("_FILE|_DIR", each)}
