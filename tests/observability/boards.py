"""Grafana's boards as they are provisioned: their panels, and what these ask Prometheus for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.observability.promtool import OBSERVABILITY
from tests.observability.told import Told

FILES = sorted((OBSERVABILITY / "grafana" / "dashboards").glob("*.json"))
BY_PROMETHEUS = {"process", "instance", "job"}
"""Labels that every target is given as it is scraped."""

_METRIC = re.compile(r"\b((?:portico|rabbitmq|process)_\w+|up\b)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"")
_VALUE = re.compile(r"(?<=[=~])\"[^\"]*\"")
_GROUPING = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")


@dataclass(frozen=True)
class Query:
    """What one line of a panel is drawn from; Grafana's variable for a rate's window is in it."""

    expr: str
    legend: str

    def over(self, window: str) -> str:
        """The query with so long a window, such as `1m`."""
        return self.expr.replace("$__rate_interval", window)

    def named(self, labels: dict[str, str]) -> str:
        """What a line with these labels is called."""
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda each: labels.get(each[1], ""), self.legend)


@dataclass(frozen=True)
class Board:
    """One file."""

    path: Path
    content: dict[str, Any]

    @property
    def panels(self) -> list[dict[str, Any]]:
        """Without the headings of rows."""
        return [each for each in self.content["panels"] if each["type"] != "row"]

    @property
    def queries(self) -> Iterator[tuple[str, Query]]:
        """Each with its panel's title."""
        for panel in self.panels:
            for target in panel["targets"]:
                yield panel["title"], Query(target["expr"], target["legendFormat"])


def boards() -> list[Board]:
    """All of them."""
    return [Board(path, json.loads(path.read_text())) for path in FILES]


def missing(query: str, told: Told) -> list[str]:
    """Metrics and labels of a query that nobody tells; a query without any metric is missing one."""
    plain = _VALUE.sub('""', query)
    asked = _METRIC.findall(_GROUPING.sub("", plain))
    found = [name for name, _ in asked if name not in told]
    for name, matchers in asked:
        own = BY_PROMETHEUS | told.get(name, set())
        found += [f"{name}: {label}" for label in _MATCHER.findall(matchers) if label not in own]
    known = BY_PROMETHEUS.union(*(told.get(name, set()) for name, _ in asked))
    return [*found, *(f"by {label}" for label in grouped_by(plain) - known)] if asked else ["any metric"]


def grouped_by(query: str) -> set[str]:
    """The labels that a query's lines are told apart by."""
    return {label.strip() for labels in _GROUPING.findall(query) for label in labels.split(",")}


def shown_in(legend: str) -> set[str]:
    """The labels that a legend shows."""
    return set(re.findall(r"\{\{\s*(\w+)\s*\}\}", legend))
