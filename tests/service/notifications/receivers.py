"""An integrator's system: an HTTP server on 127.0.0.1 that answers as it is told to, and remembers what came."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def verify(self, secret: str) -> dict[str, object]:
        """The payload, where the signature is right: checked by another's implementation. Raises where it is not."""
        payload: dict[str, object] = Webhook(secret).verify(self.body, self.headers)
        return payload


Behaviour = Callable[["Conversation"], None]


class Conversation(BaseHTTPRequestHandler):
    """Takes one POST and does with it what the receiver was told."""

    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver = self.server.receiver
        with receiver.counting():
            receiver.received.append(Received(self.path, headers, body))
            behave = receiver.behaviours.pop(0) if receiver.behaviours else receiver.always
            with suppress(OSError):
                behave(self)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: "Receiver"

    def handle_error(self, *_: object) -> None:
        """A client that went away is what some tests are about."""


@dataclass
class Receiver:
    """Answers `always` so, but for the first requests, which have a behaviour of their own."""

    url: str
    always: Behaviour
    behaviours: list[Behaviour] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    release: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ids(self) -> list[str]:
        """What came, by its ids, in order."""
        return [each.message_id for each in self.received]

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Keeps how many requests were under way at a time."""
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        yield
        with self._lock:
            self.at_once -= 1


def answering(status: int, body: bytes = b"thanks", **headers: str) -> Behaviour:
    """A plain answer."""

    def behave(conversation: Conversation) -> None:
        conversation.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            conversation.send_header(name, value)
        conversation.end_headers()
        conversation.wfile.write(body)

    return behave


def hanging(conversation: Conversation) -> None:
    """No answer, until the test is over."""
    conversation.server.receiver.release.wait(30)


def resetting(conversation: Conversation) -> None:
    """The connection breaks at once."""
    conversation.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conversation.connection.close()


def mumbling(conversation: Conversation) -> None:
    """What answers is no HTTP server."""
    conversation.wfile.write(b"220 mail.example ESMTP\r\n")


def dripping(conversation: Conversation) -> None:
    """A status, and then a body that never ends."""
    conversation.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not conversation.server.receiver.release.wait(0.05):
        conversation.wfile.write(b"x")


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver that takes everything; encrypted where a certificate is given."""
    server = _Server(("127.0.0.1", 0), Conversation)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    host = "localhost" if certificate else "127.0.0.1"
    server.receiver = Receiver(f"{scheme}://{host}:{server.server_address[1]}/hooks?from=portico", answering(204, b""))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.release.set()
        server.shutdown()
        server.server_close()
