"""What a service process tells of itself over HTTP: its metrics, that it lives, and whether it takes calls."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Probes come every few seconds and say nothing new."""


def serve(host: str, port: int, is_ready: Callable[[], bool]) -> None:
    """Answers `/metrics`, `/healthz` and `/readyz` from a thread until the process ends.

    `/healthz` answers as long as the process turns at all; `/readyz` is 503 while `is_ready` says no.
    """
    metrics = make_wsgi_app()

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/metrics":
                answer: Iterable[bytes] = metrics(environ, start_response)
                return answer
            case "/healthz":
                return _told(start_response, "200 OK")
            case "/readyz":
                return _told(start_response, "200 OK" if is_ready() else "503 Service Unavailable")
            case _:
                return _told(start_response, "404 Not Found")

    server = make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


def _told(start_response: StartResponse, status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain")])
    return [status.partition(" ")[2].encode()]
