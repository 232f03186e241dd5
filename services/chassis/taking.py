"""Which of the rows that are found due a replica takes, so that replicas seldom meet at one and none is forgotten."""

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

LOOK, PART = 100, 20
"""How many due rows a replica looks at, and how many of those it takes, at random, before it looks again."""

MOST = 5000
"""Due rows that a replica ever looks at, however many of them fail."""

LONGEST_WAIT = 60.0
"""Seconds after which a row that keeps failing is tried again, at the latest."""


class Taking:
    """What a replica knows of the rows of one worklist.

    A row that was taken is left alone for `pause` seconds: it is under way, or failed. One that keeps failing waits
    twice as long each time, and hides no other row: as many more are looked at as keep failing.
    """

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds of any clock that only goes forward."""
        self._pause = pause
        self._longest = max(pause, LONGEST_WAIT)
        self._clock = clock
        self._free_at: dict[Any, float] = {}
        self._waits: dict[Any, float] = {}

    def begin(self) -> None:
        """A new turn, with nothing under way: only those that failed are still left alone."""
        self._free_at = {row: free_at for row, free_at in self._free_at.items() if row in self._waits}

    @property
    def look(self) -> int:
        """How many due rows to look at: also all that fail, for what a look does not find is forgotten."""
        return min(LOOK + len(self._waits), MOST)

    def take(self, rows: Sequence[Any]) -> list[Any]:
        """Some of the rows that a look has found; what it did not find is no longer due, and forgotten."""
        now = self._clock()
        fresh = [row for row in rows if self._free_at.get(row, -math.inf) <= now]
        part = fresh if len(fresh) <= PART else random.sample(fresh, PART)
        self._free_at = {row: self._free_at[row] for row in rows if row in self._free_at}
        self._free_at |= dict.fromkeys(part, now + self._pause)
        self._waits = {row: self._waits[row] for row in rows if row in self._waits}
        return part

    @contextmanager
    def trying(self, row: Any) -> Iterator[None]:
        """Around the work on a row: leaves it alone for a while if it fails."""
        try:
            yield
        except Exception:
            wait = min(2 * self._waits[row], self._longest) if row in self._waits else self._pause
            self._waits[row], self._free_at[row] = wait, self._clock() + wait
            raise
        self._waits.pop(row, None)
