"""Waiting for a condition, with a deadline."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from gateway.bus import Bus


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Returns when the condition holds; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(bus: Bus) -> AsyncIterator[Bus]:
    """The bus, once it has reached the broker; closed at the end."""
    bus.start()
    await until(lambda: bus.connected)
    yield bus
    await bus.close()
