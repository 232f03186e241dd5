"""Interleaved rounds of several ways to do the same, so that a busy machine disturbs all of them alike."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.load.children import Child
from tests.load.cpu import Meter

Json = dict[str, Any]


@dataclass
class Way:
    """One way to do it: who calls, and the processes whose CPU time it takes, the caller's included."""

    name: str
    client: Child
    pids: Mapping[str, int]
    per_second: list[float] = field(default_factory=list)
    cpu: list[dict[str, float]] = field(default_factory=list)
    """One for each round: microseconds of CPU per call, by process."""

    def round(self, size: int) -> None:
        """Makes so many calls and keeps what they took."""
        meter = Meter(self.pids)
        before = meter.read()
        seconds = self.client.round(size)
        after = meter.read()
        self.per_second.append(size / seconds)
        self.cpu.append({name: (after[name] - before[name]) / size * 1e6 for name in after})

    def used(self, *names: str) -> float:
        """Microseconds of CPU per call of these processes together; the median of the rounds."""
        return statistics.median(sum(each[name] for name in names) for each in self.cpu)

    def figures(self) -> Json:
        """Medians, and every round's figures beside."""
        return {
            "per_second": round(statistics.median(self.per_second), 1),
            "cpu_us": {name: round(self.used(name), 1) for name in self.pids},
            "rounds": [
                {"per_second": round(rate, 1), **{name: round(each) for name, each in used.items()}}
                for rate, used in zip(self.per_second, self.cpu, strict=True)
            ],
        }


def compare(ways: list[Way], size: int, rounds: int, say: Callable[[str], None]) -> None:
    """Makes the rounds, A B A B, after one of each to warm up."""
    for way in ways:
        way.client.round(size // 2)
    for number in range(rounds):
        for way in ways:
            way.round(size)
        say(f"Round {number + 1} of {rounds}: " + ", ".join(f"{way.name} {way.per_second[-1]:.0f}/s" for way in ways))
