"""Runs CPU work on a real thread, so that the event loop and its heartbeats go on meanwhile."""

from collections.abc import Callable
from typing import Any, TypeVar

from eventlet import tpool
from eventlet.semaphore import Semaphore

Result = TypeVar("Result")

_room = Semaphore(2)
"""More at once would not end sooner on the cores of one replica, and argon2 takes 19 MiB each."""


def offload(work: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
    """What `work` returns or raises; it must not touch the session."""
    with _room:
        result: Result = tpool.execute(work, *args, **kwargs)
        return result


def aside(work: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
    """The same for what mostly waits for another system: it takes no place from what computes.

    The caller bounds how much of it there is at once.
    """
    result: Result = tpool.execute(work, *args, **kwargs)
    return result
