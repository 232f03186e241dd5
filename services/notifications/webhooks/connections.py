"""Connections to receivers: to the very address that was checked, and every byte before one deadline."""

import io
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, TypeVar

from services.notifications import webhook_rules as rules
from services.notifications.webhook_rules import Network, Target

Result = TypeVar("Result")

_CHUNK = 16_384


def checked(target: Target, allowed: tuple[Network, ...]) -> list[str]:
    """The addresses that the target's name has now, none of which is private. Raises NoTarget."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise rules.NoTarget("This name is not known.") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    rules.check(target, addresses, allowed)
    return addresses


class Plain:
    """A connection whose every answer must come before one common deadline."""

    def __init__(self, address: str, port: int, deadline: float) -> None:
        self._deadline = deadline
        self._socket = socket.create_connection((address, port), timeout=self._left())

    def recv(self, most: int) -> bytes:
        """Some bytes; none at the end."""
        self._socket.settimeout(self._left())
        return self._socket.recv(most)

    def sendall(self, data: bytes) -> None:
        """Sends all of it, a piece at a time, so that nobody who reads slowly reads for ever."""
        rest = memoryview(data)
        while rest:
            self._socket.settimeout(self._left())
            rest = rest[self._socket.send(rest[:_CHUNK]) :]

    def makefile(self, _: str) -> io.BufferedReader:
        """What is received, as `http.client` reads it."""
        return io.BufferedReader(_Received(self.recv))

    def close(self) -> None:
        """Ends it."""
        self._socket.close()

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Encrypted:
    """The same inside TLS, for the name in the certificate, which need not be looked up again.

    The handshake goes over the plain connection's deadline, too: a library's own would begin anew with each byte.
    """

    def __init__(self, plain: Plain, host: str) -> None:
        self._plain = plain
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = ssl.create_default_context().wrap_bio(self._received, self._to_send, server_hostname=host)
        self._carry(self._tls.do_handshake)

    def recv(self, most: int) -> bytes:
        """Some bytes; none at the end."""
        try:
            return self._carry(self._tls.read, most)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def sendall(self, data: bytes) -> None:
        """Sends all of it."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._carry(self._tls.write, rest[:_CHUNK]) :]

    def makefile(self, _: str) -> io.BufferedReader:
        """What is received, as `http.client` reads it."""
        return io.BufferedReader(_Received(self.recv))

    def close(self) -> None:
        """Ends it."""
        self._plain.close()

    def _carry(self, act: Callable[..., Result], *args: Any) -> Result:
        """Does a thing of TLS, and carries what it has to send and to receive for that."""
        while True:
            try:
                result = act(*args)
            except ssl.SSLWantReadError:
                self._plain.sendall(self._to_send.read())
                received = self._plain.recv(_CHUNK)
                if received:
                    self._received.write(received)
                else:
                    self._received.write_eof()
            else:
                self._plain.sendall(self._to_send.read())
                return result


class _Received(io.RawIOBase):
    """A connection as a file that is read."""

    def __init__(self, recv: Callable[[int], bytes]) -> None:
        self._recv = recv

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)
