"""Which TCP ports a running Portico uses on 127.0.0.1, and whether they are free."""

import hashlib
import secrets
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

HOST = "127.0.0.1"

# Below Linux's range for outgoing connections (32768 and up), so that no client takes one by chance.
_LOWEST, _HIGHEST = 20000, 32000
_BLOCK = 10


class PortTaken(Exception):
    """A port that Portico needs is in use; the message names the variable that moves it."""


@dataclass(frozen=True)
class Ports:
    """Every listening port of one Portico; each is moved by `PORTICO_<FIELD>_PORT`."""

    gateway: int
    mail: int
    payments: int
    smtp: int
    broker: int
    distribution: int
    epmd: int
    database: int


def variable(field: str) -> str:
    """The environment variable that moves the port of this field."""
    return f"PORTICO_{field.upper()}_PORT"


def of_checkout(folder: Path, environ: Mapping[str, str]) -> Ports:
    """The ports of `make run`: fixed addresses for people, the rest derived from the checkout's path."""
    digest = hashlib.sha256(str(folder).encode()).digest()
    blocks = (_HIGHEST - _LOWEST) // _BLOCK
    base = _LOWEST + int.from_bytes(digest[:4], "big") % blocks * _BLOCK
    ports = Ports(8080, 8025, 12111, base, base + 1, base + 2, base + 3, base + 4)
    chosen = {name: environ.get(variable(name)) for name in asdict(ports)}
    return replace(ports, **{name: int(port) for name, port in chosen.items() if port})


def free_ports() -> Ports:
    """A set of ports that nobody listens on now, for tests."""
    return Ports(*_free(len(Ports.__dataclass_fields__)))


def free_port() -> int:
    """One port that nobody listens on now."""
    return _free(1)[0]


def _free(count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if port not in found and is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        # A server sets this too: connections that have ended are no reason to refuse the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Whether a server answers on this port now."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def require_free(ports: Ports, fields: list[str]) -> None:
    """Raises PortTaken for the first of these fields' ports that another process holds."""
    for field in fields:
        port = getattr(ports, field)
        if not is_free(port):
            raise PortTaken(
                f"Port {port}, meant for Portico's {field}, is in use{_holder(port)}. "
                f"Stop that process, or choose another port: {variable(field)}=<port> make run"
            )


def _holder(port: int) -> str:
    try:
        listening = [c for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.pid]
        process = psutil.Process(listening[0].pid)
        return f" by {process.name()} (process {process.pid})"
    except (IndexError, psutil.Error):
        # An ordinary user cannot see who holds another user's port.
        return ""
