"""The broker's users: one for each process, who may do on the bus what that process does, and nothing else."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RPC = "nameko-rpc"
DEAD_LETTERS = "portico.dead-letters"
ADMINISTRATOR = "portico"
SCALER = "scaler"
"""Looks at how long the queues are, and may do nothing; for Kubernetes' autoscaler."""
# nameko names a reply by a UUID; the gateway's reply queue is named by the broker.
_REPLY = r"[0-9a-f-]{36}|amq\.gen-[\w-]+"


@dataclass(frozen=True)
class BusUser:
    """A process on the bus: whom it asks, and whose events it hears; `serves` is false where nobody asks it."""

    name: str
    asks: tuple[str, ...] = ()
    hears: tuple[str, ...] = ()
    serves: bool = True

    def configures(self) -> str:
        """What it may declare."""
        return _any(*self._queues(), *map(_events, self._exchanges()), re.escape(RPC), *self._dead_letters())

    def writes(self) -> str:
        """What it may publish to, or bind a queue of its own with."""
        own = (_events(self.name),) if self.serves else ()
        return _any(*self._queues(), *own, re.escape(RPC), *self._dead_letters())

    def reads(self) -> str:
        """What it may consume, or bind to."""
        return _any(*self._queues(), *map(_events, self.hears), re.escape(RPC), *self._dead_letters())

    def calls(self) -> str:
        """The routing keys with which it may call and reply."""
        return _any(*(rf"{each}\.\w+" for each in self.asks), _REPLY)

    def answers(self) -> str:
        """The routing keys that it may have its queues bound by."""
        return _any(*((rf"{self.name}\.\*",) if self.serves else ()), _REPLY)

    def _exchanges(self) -> tuple[str, ...]:
        return (self.name, *self.hears) if self.serves else self.hears

    def _queues(self) -> tuple[str, ...]:
        if not self.serves:
            return (r"amq\.gen-[\w-]+",)
        return (f"rpc-{self.name}", rf"evt-\w+-\w+--{self.name}\.\w+", rf"rpc\.reply-{self.name}-[0-9a-f-]+")

    def _dead_letters(self) -> tuple[str, ...]:
        return (re.escape(DEAD_LETTERS),) if self.serves and self.hears else ()


USERS = (
    BusUser("identity", hears=("billing", "notifications")),
    BusUser("billing", asks=("identity",), hears=("identity", "proposals")),
    BusUser("proposals", hears=("billing",)),
    BusUser("fieldwork", asks=("proposals",)),
    BusUser(
        "notifications", asks=("identity",), hears=("billing", "fieldwork", "identity", "notifications", "proposals")
    ),
    BusUser(
        "gateway",
        asks=("billing", "fieldwork", "identity", "notifications", "proposals"),
        hears=("billing", "fieldwork", "identity", "notifications"),
        serves=False,
    ),
)


def names() -> tuple[str, ...]:
    """Every user that needs a password."""
    return (ADMINISTRATOR, SCALER, *(user.name for user in USERS))


def definitions(passwords: Mapping[str, str]) -> dict[str, Any]:
    """What the broker loads. `passwords` has one for the administrator, the scaler and each of `USERS`."""
    return {
        "vhosts": [{"name": "/"}],
        "users": [_login(name, passwords[name]) for name in names()],
        "permissions": [
            _of(ADMINISTRATOR, configure=".*", write=".*", read=".*"),
            _of(SCALER, configure="^$", write="^$", read="^$"),
            *(_of(user.name, configure=user.configures(), write=user.writes(), read=user.reads()) for user in USERS),
        ],
        "topic_permissions": [_of(user.name, exchange=RPC, write=user.calls(), read=user.answers()) for user in USERS],
    }


def _login(name: str, password: str) -> dict[str, Any]:
    # RabbitMQ's documented form: four bytes of salt, then the digest of salt and password. The same password has the
    # same salt, so that a change of the file is one of a password or a right; passwords here are random themselves.
    salt = hashlib.sha256(f"{name} {password}".encode()).digest()[:4]
    hashed = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    tags = ["administrator"] if name == ADMINISTRATOR else []
    return {
        "name": name,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }


def _of(user: str, **rights: str) -> dict[str, str]:
    return {"user": user, "vhost": "/", **rights}


def _events(service: str) -> str:
    return rf"{service}\.events"


def _any(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"
