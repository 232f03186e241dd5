"""Speaks HTTP to receivers, and nothing else here does: one POST, no redirect followed, ten seconds in all."""

import http.client
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass

from services.notifications import webhook_rules as rules
from services.notifications.webhook_rules import Network, NoTarget, Target
from services.notifications.webhooks.connections import Encrypted, Plain, checked

TOTAL_SECONDS = 10.0
EXCERPT_BYTES = 1024
_TRIED_ADDRESSES = 3


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a status, or why there is none."""

    status: int | None
    error: str | None
    excerpt: str
    duration_ms: int

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants no more of it, ever."""
        return self.status == http.HTTPStatus.GONE


def post(url: str, payload: str, headers: dict[str, str], allowed: tuple[Network, ...]) -> Outcome:
    """Posts the payload; whatever goes wrong is an outcome."""
    began = time.monotonic()
    status, excerpt, error = None, "", None
    try:
        status, excerpt = _exchange(url, payload.encode(), headers, allowed, began + TOTAL_SECONDS)
    except (NoTarget, OSError, http.client.HTTPException, ValueError) as problem:
        error = _told(problem)
    return Outcome(status, error, excerpt, int((time.monotonic() - began) * 1000))


def _exchange(
    url: str, body: bytes, headers: dict[str, str], allowed: tuple[Network, ...], deadline: float
) -> tuple[int, str]:
    target = rules.target_of(url)
    connection = _connected(target, checked(target, allowed), deadline)
    try:
        speaker = http.client.HTTPConnection(target.host, target.port)
        speaker.sock = connection
        speaker.request("POST", target.path, body, {**headers, **_headers(target)})
        # Not `getresponse`, which closes the connection before the answer's body is read.
        response = http.client.HTTPResponse(connection, method="POST")  # type: ignore[arg-type]
        response.begin()
        return response.status, _excerpt(response)
    finally:
        connection.close()


def _headers(target: Target) -> dict[str, str]:
    return {
        "Host": target.authority,
        "Content-Type": "application/json",
        "User-Agent": "Portico-Webhooks/1",
        "Connection": "close",
    }


def _connected(target: Target, addresses: list[str], deadline: float) -> Plain | Encrypted:
    """To the first of the checked addresses that takes a connection. Raises OSError."""
    problem: OSError = ConnectionError()
    for address in addresses[:_TRIED_ADDRESSES]:
        try:
            plain = Plain(address, target.port, deadline)
        except OSError as error:
            problem = error
            continue
        if target.scheme == "http":
            return plain
        try:
            return Encrypted(plain, target.host)
        except BaseException:
            plain.close()
            raise
    raise problem


def _excerpt(response: http.client.HTTPResponse) -> str:
    """The beginning of the answer, as far as it came: what counts is its status."""
    found = b""
    with suppress(OSError, http.client.HTTPException, ValueError):
        while len(found) < EXCERPT_BYTES and (piece := response.read1(EXCERPT_BYTES - len(found))):
            found += piece
    # PostgreSQL has no text with a NUL in it.
    return found.decode(errors="replace").replace("\0", "\ufffd")


def _told(problem: Exception) -> str:
    """Why there is no answer, as a sentence for whoever looks after the receiver."""
    match problem:
        case NoTarget():
            return str(problem)
        case TimeoutError():
            return "No answer came within 10 seconds."
        case ssl.SSLCertVerificationError():
            return f"The certificate was refused: {problem.verify_message}."
        case ssl.SSLError():
            return "No encrypted connection came about."
        case ConnectionRefusedError():
            return "The connection was refused."
        case OSError():
            return "The connection broke."
    return "What answered does not speak HTTP."
