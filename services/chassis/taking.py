"""Which of the rows that are found due a replica takes, so that replicas seldom meet at one and none is forgotten."""

import math
import random
from collections.abc import Sequence
from typing import Any

LOOK, PART = 100, 20
"""How many due rows a replica looks at, and how many of those it takes, at random, before it looks again."""


class Taking:
    """One turn of a worklist; a row that was taken is left alone for `pause` seconds: it is under way, or failed."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._taken: dict[Any, float] = {}

    def take(self, rows: Sequence[Any], now: float) -> list[Any]:
        """Some of the rows that a look has found; `now` in seconds of any clock that only goes forward."""
        fresh = [row for row in rows if now - self._taken.get(row, -math.inf) >= self._pause]
        part = fresh if len(fresh) <= PART else random.sample(fresh, PART)
        self._taken = {row: self._taken[row] for row in rows if row in self._taken} | dict.fromkeys(part, now)
        return part
