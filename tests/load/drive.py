"""The rounds of calls that a client process makes when it is told to; each client is a process of its own."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator


def rounds() -> Iterator[int]:
    """Says that the client is ready, then answers the size of each round as it is asked for."""
    print("ready", flush=True)
    for line in sys.stdin:
        yield int(line)


def done(began: float) -> None:
    """Tells how many seconds the round took."""
    print(json.dumps(time.perf_counter() - began), flush=True)


async def nothing() -> None:
    """What most clients have to do before a round."""


async def drive(
    call: Callable[[], Awaitable[object]], in_flight: int, prepare: Callable[[], Awaitable[None]] = nothing
) -> None:
    """Makes rounds of calls, so many in flight at a time, each after `prepare`, until its standard input ends."""
    asked = rounds()
    while size := await asyncio.to_thread(next, asked, 0):
        await prepare()
        began = time.perf_counter()
        left = iter(range(size))
        await asyncio.gather(*(_call_in_turn(call, left) for _ in range(in_flight)))
        done(began)


async def _call_in_turn(call: Callable[[], Awaitable[object]], left: Iterator[int]) -> None:
    for _ in left:
        await call()
