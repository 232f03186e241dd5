"""Serves an authority over HTTP, on this machine alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from deploy.sandbox.timestamps.authority import Authority

HOST = "127.0.0.1"


def make_server(authority: Authority, port: int = 0) -> ThreadingHTTPServer:
    """A server that answers each POST with a timestamp; 400 where none was asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers.get("content-length", "0")))
            try:
                status, body = 200, authority.answer(request)
            except ValueError:
                status, body = 400, b""
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  The name is the library's.
            """Says nothing: whoever asks tells how it went."""

    return ThreadingHTTPServer((HOST, port), Handler)


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """The address of an authority that answers as long as this lasts."""
    server = make_server(authority)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{HOST}:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()
