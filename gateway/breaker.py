"""A circuit breaker: when one service stops answering, its callers are told at once for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 3.0


@dataclass
class Breaker:
    """Opens after five calls in a row without an answer; then lets one probe through every three seconds."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = field(default=0, init=False)
    _probe_at: float = field(default=0.0, init=False)

    def admits(self) -> bool:
        """Whether a call may go out; while open, the one that is due becomes the probe."""
        if self._failures < FAILURES_TO_OPEN:
            return True
        if self.clock() < self._probe_at:
            return False
        self._probe_at = self.clock() + OPEN_SECONDS
        return True

    def answered(self) -> None:
        """The service spoke, whatever it said."""
        self._failures = 0

    def failed(self) -> None:
        """A call went unanswered."""
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self._probe_at = self.clock() + OPEN_SECONDS
