"""The call under way: its request id, its trace and its deadline, kept per green thread."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

DEFAULT_SECONDS = 30.0
"""How long work may take that nobody waits for: an event's handler, a timer."""
LONGEST_ADDRESS = 45
LONGEST_USER_AGENT = 500
_NOT_PRINTABLE = re.compile(r"[^ -~]")


@dataclass(frozen=True)
class CallContext:
    """What travels with a call in nameko's context.

    `deadline` is in seconds since the epoch; on the wire it is in whole milliseconds, as a header must be.
    """

    request_id: str
    deadline: float
    traceparent: str | None = None
    redelivered: bool = False
    client_ip: str = ""
    """The address that the gateway was called from; empty where nobody outside called."""
    user_agent: str = ""

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any]) -> "CallContext":
        """What a message brought with it, or a fresh context where it brought nothing."""
        deadline = headers.get("deadline")
        return cls(
            request_id=str(headers.get("request_id") or uuid4().hex),
            deadline=int(deadline) / 1000 if deadline else time.time() + DEFAULT_SECONDS,
            traceparent=headers.get("traceparent"),
            redelivered=bool(headers.get("redelivered")),
            client_ip=_line(headers.get("client_ip"), LONGEST_ADDRESS),
            user_agent=_line(headers.get("user_agent"), LONGEST_USER_AGENT),
        )

    def headers(self) -> dict[str, Any]:
        """What a call to a neighbour carries on of it."""
        return {
            "request_id": self.request_id,
            "deadline": int(self.deadline * 1000),
            "client_ip": self.client_ip,
            "user_agent": self.user_agent,
        }


def _line(value: Any, longest: int) -> str:
    """A header as it may be stored: bounded and printable, whoever sent it."""
    return _NOT_PRINTABLE.sub("?", str(value or "")[:longest])


_current: ContextVar[CallContext | None] = ContextVar("call", default=None)


@contextmanager
def entered(context: CallContext) -> Iterator[CallContext]:
    """Makes it the context of what runs inside."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def current() -> CallContext:
    """The call under way, or a fresh context outside any."""
    return _current.get() or CallContext.from_headers({})


def seconds_left() -> float:
    """Until the caller stops waiting; never negative."""
    return max(0.0, current().deadline - time.time())
