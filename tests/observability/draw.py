"""Draws a board as a picture: our own drawing of its panels in Grafana's grid, from what Prometheus answers."""

from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from tests.observability.boards import Board, Query
from tests.observability.prometheus import RATE_SECONDS, Prometheus
from tests.observability.units import Unit

COLUMNS, WIDTH, ROW = 24, 16.0, 0.34
"""Grafana's grid: how many columns; the picture's width and a row's height in inches."""
HEAD = 0.5
COLOURS = {
    "green": "#56a64b",
    "orange": "#ff9830",
    "red": "#e02f44",
    "blue": "#3274d9",
    "purple": "#a352cc",
    "yellow": "#e0b400",
    "text": "#777777",
}
LIVELY = mpl.color_sequences["tab10"]
Lines = list[tuple[str, list[tuple[float, float]]]]


def draw(board: Board, prometheus: Prometheus, since: float, until: float, path: Path) -> list[str]:
    """Writes a PNG; answers the titles of the panels in which there is nothing."""
    rows = max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in board.content["panels"])
    height = rows * ROW + HEAD
    figure = pyplot.figure(figsize=(WIDTH, height), facecolor="#f4f5f5")
    between = f"{_clock(since)} to {_clock(until)}"
    figure.text(0.008, 1 - 0.3 / height, board.content["title"], fontsize=14, fontweight="bold")
    figure.text(
        0.992, 1 - 0.3 / height, f"{between}, drawn by tests/observability", fontsize=9, ha="right", color="#666666"
    )
    empty = []
    for panel in board.content["panels"]:
        axes = _place(figure, panel["gridPos"], height)
        if panel["type"] == "row":
            _heading(axes, panel["title"])
            continue
        lines = _asked(panel, prometheus, since, until)
        if not lines:
            empty.append(panel["title"])
        (_stat if panel["type"] == "stat" else _series)(axes, panel, lines)
        if panel["type"] != "stat":
            axes.set_xlim(since, until)
    figure.savefig(path, dpi=72)
    pyplot.close(figure)
    return empty


def _asked(panel: dict[str, Any], prometheus: Prometheus, since: float, until: float) -> Lines:
    """The lines of all its queries, by their legends; what is no number is a gap."""
    lines: Lines = []
    for target in panel["targets"]:
        query = Query(target["expr"], target["legendFormat"])
        for labels, points in prometheus.lines(query.over(f"{RATE_SECONDS}s"), since, until):
            lines.append((query.named(labels), [each for each in points if isfinite(each[1])]))
    return sorted((line for line in lines if line[1]), key=lambda line: line[0])


def _place(figure: Figure, at: dict[str, int], height: float) -> Axes:
    """A white card in the grid; the axes are all of it."""
    left, top = at["x"] / COLUMNS, 1 - (HEAD + at["y"] * ROW) / height
    gap = 0.003
    box = (
        left + gap,
        top - at["h"] * ROW / height + gap / 2,
        at["w"] / COLUMNS - 2 * gap,
        at["h"] * ROW / height - gap,
    )
    axes: Axes = figure.add_axes(box)
    axes.set_axis_off()
    return axes


def _heading(axes: Axes, title: str) -> None:
    axes.text(0.002, 0.5, title, fontsize=10, fontweight="bold", va="center", transform=axes.transAxes)


def _stat(axes: Axes, panel: dict[str, Any], lines: Lines) -> None:
    """The last value, on the colour of the threshold that it has come to, and how it has been."""
    defaults = panel["fieldConfig"]["defaults"]
    points = lines[0][1] if lines else []
    colour = _threshold(defaults["thresholds"], points[-1][1]) if points else "#999999"
    said = Unit(defaults["unit"]).short(points[-1][1], defaults.get("decimals")) if points else defaults["noValue"]
    axes.set_axis_on()
    axes.set_facecolor(colour)
    axes.set_xticks([])
    axes.set_yticks([])
    if len({value for _, value in points}) > 1:
        lowest, highest = min(value for _, value in points), max(value for _, value in points)
        shape = [0.28 * (value - lowest) / (highest - lowest) for _, value in points]
        across = [number / (len(points) - 1) for number in range(len(points))]
        axes.fill_between(across, shape, color="white", alpha=0.3, linewidth=0, transform=axes.transAxes)
    axes.text(0.04, 0.84, panel["title"], fontsize=9, color="white", va="center", transform=axes.transAxes)
    axes.text(0.5, 0.44, said, fontsize=19, color="white", ha="center", va="center", transform=axes.transAxes)


def _threshold(thresholds: dict[str, Any], value: float) -> str:
    reached = [each["color"] for each in thresholds["steps"] if each["value"] is None or value >= each["value"]]
    return COLOURS[reached[-1]]


def _series(card: Axes, panel: dict[str, Any], lines: Lines) -> None:
    """Lines, or areas on each other, with their legend below."""
    card.set_axis_on()
    card.set_facecolor("white")
    card.set_xticks([])
    card.set_yticks([])
    card.text(0.012, 0.955, panel["title"], fontsize=10, fontweight="bold", va="top", transform=card.transAxes)
    axes = card.inset_axes((0.09, 0.30, 0.89, 0.54))
    defaults = panel["fieldConfig"]["defaults"]
    _plot(axes, panel, lines)
    _thresholds(axes, defaults)
    unit = Unit(defaults["unit"])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: unit.short(value)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: _clock(at)[:5]))
    axes.tick_params(labelsize=7.5)
    axes.grid(color="#e8e8e8", linewidth=0.6)
    axes.set_ylim(bottom=defaults["min"])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if not lines:
        why = panel["description"].partition("mpty ")[2].partition(".")[0]
        said = f"nothing: empty {why}" if why else "no data"
        axes.text(0.5, 0.5, said, ha="center", va="center", fontsize=10, color="#888888", transform=axes.transAxes)
        return
    handles, names = axes.get_legend_handles_labels()
    columns = 2 if len(names) > 5 or max(map(len, names)) < 28 else 1
    columns = min(5, len(names)) if max(map(len, names)) < 14 else columns
    card.legend(
        handles,
        names,
        loc="lower left",
        ncols=columns,
        fontsize=6.6,
        frameon=False,
        handlelength=1.2,
        borderaxespad=0.2,
        labelspacing=0.2,
        columnspacing=1.0,
    )


def _plot(axes: Axes, panel: dict[str, Any], lines: Lines) -> None:
    fixed = {
        each["matcher"]["options"]: COLOURS[each["properties"][0]["value"]["fixedColor"]]
        for each in panel["fieldConfig"]["overrides"]
    }
    lively = iter(LIVELY * 4)
    colours = [fixed.get(name) or next(lively) for name, _ in lines]
    if panel["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal" and lines:
        times = sorted({at for _, points in lines for at, _ in points})
        values = [[dict(points).get(at, 0.0) for at in times] for _, points in lines]
        axes.stackplot(times, values, labels=[name for name, _ in lines], colors=colours, alpha=0.75)
        return
    for (name, points), colour in zip(lines, colours, strict=True):
        axes.plot([at for at, _ in points], [value for _, value in points], label=name, color=colour, linewidth=1.3)


def _thresholds(axes: Axes, defaults: dict[str, Any]) -> None:
    """Grafana draws them where they are in sight; here they bring no line out of it either."""
    if defaults["custom"]["thresholdsStyle"]["mode"] == "off":
        return
    _, highest = axes.get_ylim()
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is not None and step["value"] < highest:
            axes.axhline(step["value"], color=COLOURS[step["color"]], linestyle="--", linewidth=1)


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"
