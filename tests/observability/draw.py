"""Draws a board as a picture: our own drawing of its panels in Grafana's grid, from what Prometheus answers."""

from math import isfinite
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.observability import panels
from tests.observability.boards import Board, Query
from tests.observability.panels import Lines, Span
from tests.observability.prometheus import RATE_SECONDS, Prometheus
from tests.observability.units import clock

COLUMNS, WIDTH, ROW, HEAD, GAP = 24, 16.0, 0.34, 0.5, 0.04
"""Grafana's grid: how many columns; and in inches the picture's width, a row's height, the head and half a gap."""


def draw(board: Board, prometheus: Prometheus, span: Span, path: Path) -> list[str]:
    """Writes a PNG; answers the titles of the panels in which there is nothing."""
    rows = max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in board.content["panels"])
    figure = pyplot.figure(figsize=(WIDTH, rows * ROW + HEAD), facecolor="#f4f5f5")
    _head(figure, board.content["title"], span)
    empty = []
    for panel in board.content["panels"]:
        card = _card(figure, panel["gridPos"])
        lines = [] if panel["type"] == "row" else _asked(panel, prometheus, span)
        panels.DRAWN[panel["type"]](card, panel, lines, span)
        if panel["type"] != "row" and not lines:
            empty.append(panel["title"])
    figure.savefig(path, dpi=72)
    pyplot.close(figure)
    return empty


def _head(figure: Figure, title: str, span: Span) -> None:
    at = 1 - 0.3 / figure.get_figheight()
    figure.text(0.008, at, title, fontsize=14, fontweight="bold")
    said = f"{clock(span[0])} to {clock(span[1])} UTC, drawn by tests/observability"
    figure.text(0.992, at, said, fontsize=9, ha="right", color="#666666")


def _asked(panel: dict[str, Any], prometheus: Prometheus, span: Span) -> Lines:
    """The lines of all its queries, by their legends; what is no number is a gap."""
    lines: Lines = []
    for target in panel["targets"]:
        query = Query(target["expr"], target["legendFormat"])
        since = span[1] if target.get("instant") else span[0]
        for labels, points in prometheus.lines(query.over(f"{RATE_SECONDS}s"), since, span[1]):
            lines.append((query.named(labels), [each for each in points if isfinite(each[1])]))
    return sorted((line for line in lines if line[1]), key=lambda line: line[0])


def _card(figure: Figure, at: dict[str, int]) -> Axes:
    """Its place in the grid, from the top."""
    height = figure.get_figheight()
    across, down = WIDTH / COLUMNS, HEAD + (at["y"] + at["h"]) * ROW
    left, bottom = at["x"] * across + GAP, height - down + GAP
    width, tall = at["w"] * across - 2 * GAP, at["h"] * ROW - 2 * GAP
    return figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, tall / height))
