"""A page of invoices through the gateway, beside the same bytes from a bare FastAPI endpoint."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import httpx

from deploy.demo.portico import PASSWORD
from deploy.local.stack import Stack
from tests.load.children import Child
from tests.load.compare import Json, Way, compare
from tests.load.http_client import IN_FLIGHT
from tests.load.stacks import pids

AIM_MS = 4.0
REQUESTS = 1000
LISTENING_SECONDS = 10
PATH = "/api/v1/invoices"
INVOLVED = ("gateway", "billing", "identity", "broker", "database")


def measure(stack: Stack, rounds: int, say: Callable[[str], None]) -> Json:
    """CPU per request of every process involved; the demo must be loaded."""
    token = sign_in(stack.site.public_url, "priya@lakeside.test")
    page = _page(stack.site.public_url, token)
    saved = stack.site.folder / "page.json"
    saved.write_bytes(page)
    with ExitStack() as running:
        bare_port = _free_port()
        server = running.enter_context(Child("bare_http", {"PAGE": str(saved), "PORT": str(bare_port)}))
        _wait_for(bare_port)

        def client(base_url: str) -> Child:
            return running.enter_context(Child("http_client", {"MEASURED_URL": base_url + PATH, "TOKEN": token}))

        through = client(stack.site.public_url)
        portico = Way("portico", through, {"client": through.pid, **pids(stack, *INVOLVED)})
        direct = client(f"http://127.0.0.1:{bare_port}")
        bare = Way("bare FastAPI", direct, {"client": direct.pid, "server": server.pid})
        compare([portico, bare], REQUESTS, rounds, say)
    return {
        "in_flight": IN_FLIGHT,
        "requests_per_round": REQUESTS,
        "bytes": len(page),
        "aim_ms": AIM_MS,
        "sum_ms": round(portico.used(*INVOLVED) / 1000, 2),
        "ratio": round(portico.used(*INVOLVED) / bare.used("server"), 2),
        "ways": {each.name: each.figures() for each in (portico, bare)},
    }


def sign_in(public_url: str, email: str) -> str:
    """A session's token of one of the demo's contacts in Austin."""
    who = {"email": email, "password": PASSWORD}
    address = f"{public_url}/api/v1/portals/evergreen-austin/sessions"
    token: str = httpx.post(address, json=who, timeout=20, trust_env=False).raise_for_status().json()["token"]
    return token


def _page(public_url: str, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(public_url + PATH, headers=headers, timeout=20, trust_env=False).raise_for_status().content


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + LISTENING_SECONDS
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError("the bare endpoint does not listen")
