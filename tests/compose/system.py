"""The compose system that runs: its addresses, its commands, and how many replicas of a service take calls."""

import os
import subprocess
import time
from typing import Any

import httpx

from deploy.local.sites import CHECKOUT

PORTAL, MAIL, PAYMENTS, METRICS = (f"http://127.0.0.1:{port}" for port in (8080, 8025, 12111, 9090))
PATIENCE_SECONDS = 300.0

Json = dict[str, Any]


class Failed(Exception):
    """What the system should do, and did not."""


def compose(*words: str) -> str:
    """What a command of `docker compose` prints; `COMPOSE_FILE` may name more files than the repository's."""
    files = {"COMPOSE_FILE": str(CHECKOUT / "deploy" / "compose" / "compose.yaml")}
    done = subprocess.run(
        ["docker", "compose", *words], env={**files, **os.environ}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"docker compose {' '.join(words)}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def scale(service: str, replicas: int) -> None:
    """Starts or stops replicas while the rest runs; returns when those that are left are healthy."""
    compose("up", "--detach", "--wait", "--no-deps", "--no-recreate", "--scale", f"{service}={replicas}", service)


def watched(service: str) -> list[str]:
    """The addresses of the replicas whose metrics Prometheus has got."""
    targets = _json(f"{METRICS}/api/v1/targets", state="active")["data"]["activeTargets"]
    mine = [each for each in targets if each["labels"].get("process") == service]
    return sorted(each["labels"]["instance"] for each in mine if each["health"] == "up")


def wait_until_watched(service: str, replicas: int) -> None:
    """Returns when Prometheus reads so many replicas of a service, no more and no fewer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := watched(service)) != replicas:
        if time.monotonic() > deadline:
            raise Failed(f"Prometheus reads {len(found)} replicas of {service}, not {replicas}")
        time.sleep(1)


def answered(service: str, method: str) -> dict[str, int]:
    """How many calls of a method each replica has answered, as Prometheus last read it."""
    query = f'sum by (instance) (portico_rpc_seconds_count{{process="{service}",method="{method}"}})'
    found = _json(f"{METRICS}/api/v1/query", query=query)["data"]["result"]
    return {each["metric"]["instance"]: int(each["value"][1]) for each in found}


def charges() -> list[Json]:
    """Every charge that moved money at the payment sandbox."""
    items: list[Json] = _json(f"{PAYMENTS}/sandbox/ledger")["items"]
    return items


def _json(url: str, **params: str) -> Any:
    return httpx.get(url, params=params, timeout=20, trust_env=False).raise_for_status().json()
