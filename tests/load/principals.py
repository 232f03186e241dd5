"""What it costs to know who is calling: the first request of a session, and every other within its half minute."""

import time
from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.portico import PASSWORD
from deploy.local.stack import Stack
from tests.load.compare import Json
from tests.load.cpu import Meter
from tests.load.stacks import pids

SESSIONS = 200
PATH = "/api/v1/me/property-filter"
"""Answered from the principal alone: no service is asked for anything else."""
INVOLVED = ("gateway", "identity", "broker", "database")
SIGN_IN_SECONDS = 20


def measure(stack: Stack, say: Callable[[str], None]) -> Json:
    """CPU and look-ups per request, of sessions that the gateway meets for the first and for the second time."""
    with httpx.Client(base_url=stack.site.public_url, trust_env=False, timeout=SIGN_IN_SECONDS) as client:
        tokens = [_sign_in(client) for _ in range(SESSIONS)]
        say(f"{SESSIONS} sessions")
        first = _pass(stack, client, tokens)
        second = _pass(stack, client, tokens)
    return {"requests": SESSIONS, "first": first, "again": second}


def _pass(stack: Stack, client: httpx.Client, tokens: list[str]) -> Json:
    """One request of each session. Raises where they took longer than the gateway remembers."""
    meter = Meter(pids(stack, *INVOLVED))
    began, asked, before = time.monotonic(), _look_ups(stack), meter.read()
    for token in tokens:
        client.get(PATH, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    after = meter.read()
    if time.monotonic() - began > SIGN_IN_SECONDS:
        raise TimeoutError("the gateway may have forgotten the first session before the last was met")
    return {
        "look_ups_per_request": round((_look_ups(stack) - asked) / len(tokens), 3),
        "cpu_us": {name: round((after[name] - before[name]) / len(tokens) * 1e6) for name in after},
    }


def _sign_in(client: httpx.Client) -> str:
    who = {"email": "priya@lakeside.test", "password": PASSWORD}
    token: str = client.post("/api/v1/portals/evergreen-austin/sessions", json=who).raise_for_status().json()["token"]
    return token


def _look_ups(stack: Stack) -> int:
    """How often identity was asked whose a session is."""
    process = stack.supervisor.process("identity")
    assert process and process.metrics_port
    text = httpx.get(f"http://127.0.0.1:{process.metrics_port}/metrics", trust_env=False).raise_for_status().text
    return sum(
        int(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "portico_rpc_seconds_count" and "resolve_session" in sample.labels.get("method", "")
    )
