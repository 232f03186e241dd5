"""Grafana's units, as far as our boards use them: a value as its panel would write it."""

from dataclasses import dataclass
from datetime import UTC, datetime

SECONDS = (
    (86400 * 365, "years"),
    (86400 * 7, "weeks"),
    (86400, "days"),
    (3600, "hours"),
    (60, "min"),
    (1, "s"),
    (1e-3, "ms"),
    (1e-6, "µs"),
)
BYTES = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
THOUSANDS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
SUFFIXES = {"reqps": "req/s", "cps": "/s", "short": "", "none": ""}


@dataclass(frozen=True)
class Unit:
    """One of them, by Grafana's name."""

    name: str

    def short(self, value: float, decimals: int | None = None) -> str:
        """Such as `1.5 min` or `0.25 %`. Raises KeyError for a unit that no board has used before."""
        match self.name:
            case "s":
                return _scaled(value, SECONDS, decimals) if value else "0 s"
            case "bytes":
                return _scaled(value, BYTES, decimals)
            case "percentunit":
                return f"{_number(value * 100, decimals)} %"
            case "none":
                return _number(value, decimals)
            case _:
                return f"{_scaled(value, THOUSANDS, decimals)} {SUFFIXES[self.name]}".strip()


def _scaled(value: float, steps: tuple[tuple[float, str], ...], decimals: int | None) -> str:
    size, name = next((step for step in steps if abs(value) >= step[0]), (1.0, ""))
    return f"{_number(value / size, decimals)} {name}".strip()


def _number(value: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def clock(at: float) -> str:
    """A time of day in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"
