"""The HTTP request under way: what its calls carry to the services."""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`client_ip` is the caller's address with trusted proxies looked through, `user_agent` what it calls itself."""

    request_id: str
    traceparent: str | None = None
    client_ip: str = ""
    user_agent: str = ""


_current: ContextVar[RequestContext | None] = ContextVar("request", default=None)


def enter(context: RequestContext) -> None:
    """Makes it the context of the task that serves the request."""
    _current.set(context)


def request_id() -> str | None:
    """The id of the request under way, or None outside any."""
    context = _current.get()
    return context.request_id if context else None


def current() -> RequestContext:
    """The request under way, or a fresh context outside any."""
    return _current.get() or RequestContext(uuid4().hex)
