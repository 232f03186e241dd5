"""A circuit breaker: when one service stops answering, its callers are told at once for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Gauge

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 3.0

OPEN = Gauge(
    "portico_breaker_open", "Whether calls to a service are refused at once, as it does not answer", ["service"]
)


@dataclass
class Breaker:
    """Opens after five calls in a row without an answer; then lets one probe through every three seconds."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = field(default=0, init=False)
    _probe_at: float = field(default=0.0, init=False)

    @property
    def is_open(self) -> bool:
        """Whether all but a probe are refused."""
        return self._failures >= FAILURES_TO_OPEN

    def admits(self) -> bool:
        """Whether a call may go out; while open, the one that is due becomes the probe."""
        if not self.is_open:
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
        if self.is_open:
            self._probe_at = self.clock() + OPEN_SECONDS


class Breakers(dict[str, Breaker]):
    """One for each service, by its name; whoever asks for the metrics is told which are open."""

    def __missing__(self, service: str) -> Breaker:
        breaker = self[service] = Breaker()
        OPEN.labels(service).set_function(lambda: breaker.is_open)
        return breaker
