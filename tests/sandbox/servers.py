"""Starts the stand-ins as processes, kills them, and waits for what they do."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx

Found = TypeVar("Found")
ROOT = Path(__file__).parents[2]

http = httpx.Client(trust_env=False)
"""Calls the stand-ins, for all tests: to make a client takes twenty times as long as a call."""


def wait_for(condition: Callable[[], Found], seconds: float = 60) -> Found:
    """The condition's first true answer; fails when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


class Server:
    """One stand-in as a process of its own; `url` is its web address."""

    def __init__(self, module: str, port: int, environment: dict[str, str], ready: str) -> None:
        self.module, self.environment = module, environment
        self.url = f"http://127.0.0.1:{port}"
        self.ready = f"{self.url}{ready}"

    def start(self) -> None:
        """Returns when it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module], env={**os.environ, **self.environment}, cwd=ROOT
        )
        wait_for(self._answers)

    def kill(self) -> None:
        """kill -9"""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ends it as `make run` does."""
        self.process.terminate()
        self.process.wait(15)

    def _answers(self) -> bool:
        assert self.process.poll() is None, "It ended instead of starting."
        try:
            return http.get(self.ready).is_success
        except httpx.TransportError:
            return False


class Receiver:
    """A webhook address: keeps every delivery, and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.deliveries: list[tuple[bytes, str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append((body, self.headers["Stripe-Signature"]))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stops listening."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
