"""The kinds of panels that our boards have, each drawn into its card."""

from collections.abc import Callable
from math import ceil
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from tests.observability.units import Unit, clock

Lines = list[tuple[str, list[tuple[float, float]]]]
"""Legends, and (time, value)."""
Span = tuple[float, float]
"""Seconds since the epoch."""

COLOURS = {
    "green": "#56a64b",
    "orange": "#ff9830",
    "red": "#e02f44",
    "blue": "#3274d9",
    "purple": "#a352cc",
    "yellow": "#e0b400",
    "text": "#777777",
}
LIVELY = mpl.color_sequences["tab20"][::2] + mpl.color_sequences["tab20"][1::2]
BORDER, GREY = "#dddddd", "#888888"
LEGEND_ROW, LETTER = 0.135, 0.068
"""Inches: the height of a line of a legend, the width of a letter of it."""


def _row(card: Axes, panel: dict[str, Any], _: Lines, __: Span) -> None:
    card.set_axis_off()
    card.text(0.002, 0.5, panel["title"], fontsize=10, fontweight="bold", va="center", transform=card.transAxes)


# One number


def _stat(card: Axes, panel: dict[str, Any], lines: Lines, _: Span) -> None:
    """The last value, on the colour of the threshold that it has come to, and how it has been."""
    defaults = panel["fieldConfig"]["defaults"]
    points = lines[0][1] if lines else []
    colour = _threshold(defaults["thresholds"], points[-1][1]) if points else GREY
    said = Unit(defaults["unit"]).short(points[-1][1], defaults.get("decimals")) if points else defaults["noValue"]
    _paint(card, colour)
    _shade(card, [value for _, value in points])
    card.text(0.04, 0.84, panel["title"], fontsize=9, color="white", va="center", transform=card.transAxes)
    card.text(0.5, 0.44, said, fontsize=19, color="white", ha="center", va="center", transform=card.transAxes)


def _threshold(thresholds: dict[str, Any], value: float) -> str:
    reached = [each["color"] for each in thresholds["steps"] if each["value"] is None or value >= each["value"]]
    return COLOURS[reached[-1]]


def _shade(card: Axes, values: list[float]) -> None:
    """How it has been, where it was not always the same."""
    if len(set(values)) < 2:
        return
    lowest, highest = min(values), max(values)
    shape = [0.28 * (value - lowest) / (highest - lowest) for value in values]
    across = [number / (len(values) - 1) for number in range(len(values))]
    card.fill_between(across, shape, color="white", alpha=0.3, linewidth=0, transform=card.transAxes)


# Bars


def _bars(card: Axes, panel: dict[str, Any], lines: Lines, _: Span) -> None:
    """One for each name, the longest first, with its value."""
    _title(card, panel)
    unit = Unit(panel["fieldConfig"]["defaults"]["unit"])
    ranked = sorted(((points[-1][1], name) for name, points in lines), reverse=True)
    axes = card.inset_axes((0.42, 0.04, 0.42, 0.80))
    axes.set_axis_off()
    if not ranked:
        _say_empty(axes, panel)
        return
    places = range(len(ranked))
    axes.barh(places, [value for value, _ in ranked], color=COLOURS["blue"], height=0.7)
    axes.set_ylim(max(10, len(ranked)) - 0.5, -0.5)
    axes.set_xlim(0, ranked[0][0])
    for place, (value, name) in zip(places, ranked, strict=True):
        axes.annotate(name, (0, place), (-4, 0), textcoords="offset points", ha="right", va="center", fontsize=7)
        axes.annotate(unit.short(value), (value, place), (3, 0), textcoords="offset points", va="center", fontsize=7)


# Lines and areas over time


def _series(card: Axes, panel: dict[str, Any], lines: Lines, span: Span) -> None:
    """Lines, or areas on each other, with their legend below."""
    _title(card, panel)
    height, width = _inches(card)
    rows, columns = _legend_shape([name for name, _ in lines], width)
    bottom, left = (rows * LEGEND_ROW + 0.32) / height, 0.62 / width
    axes = card.inset_axes((left, bottom, 1 - left - 0.1 / width, 1 - bottom - 0.36 / height))
    _plot(axes, panel, lines)
    _axes(axes, panel["fieldConfig"]["defaults"], span)
    if lines:
        _legend(card, axes, columns)
    else:
        _say_empty(axes, panel)


def _legend(card: Axes, axes: Axes, columns: int) -> None:
    card.legend(
        *axes.get_legend_handles_labels(),
        loc="lower left",
        ncols=columns,
        fontsize=7,
        frameon=False,
        handlelength=1.2,
        borderaxespad=0.2,
        labelspacing=0.15,
        columnspacing=1.0,
    )


def _plot(axes: Axes, panel: dict[str, Any], lines: Lines) -> None:
    overrides = panel["fieldConfig"]["overrides"]
    fixed = {each["matcher"]["options"]: each["properties"][0]["value"]["fixedColor"] for each in overrides}
    lively = iter(LIVELY * 2)
    colours = [COLOURS[fixed[name]] if name in fixed else next(lively) for name, _ in lines]
    if lines and panel["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal":
        times = sorted({at for _, points in lines for at, _ in points})
        values = [[dict(points).get(at, 0.0) for at in times] for _, points in lines]
        axes.stackplot(times, values, labels=[name for name, _ in lines], colors=colours, alpha=0.75)
        return
    for (name, points), colour in zip(lines, colours, strict=True):
        # A point alone would be no line.
        mark = "." if len(points) == 1 else None
        axes.plot(*zip(*points, strict=True), label=name, color=colour, linewidth=1.3, marker=mark)


def _axes(axes: Axes, defaults: dict[str, Any], span: Span) -> None:
    unit = Unit(defaults["unit"])
    axes.set_xlim(*span)
    axes.set_ylim(defaults["min"], max(axes.get_ylim()[1], defaults["custom"].get("axisSoftMax", 0)))
    _thresholds(axes, defaults)
    decimals = defaults.get("decimals")
    # Half minutes and minutes read better than hundreds of seconds.
    steps = (1, 3, 6, 10) if unit.name == "s" else (1, 2, 5, 10)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=decimals == 0, steps=steps))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: unit.short(value, decimals)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: clock(at)[:5]))
    axes.xaxis.set_major_locator(MultipleLocator(60))
    axes.tick_params(labelsize=7.5, color=BORDER)
    axes.grid(color="#eeeeee", linewidth=0.6)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _thresholds(axes: Axes, defaults: dict[str, Any]) -> None:
    """Where they are in sight: they bring nothing else out of it."""
    highest = axes.get_ylim()[1]
    for step in defaults["thresholds"]["steps"] if defaults["custom"]["thresholdsStyle"]["mode"] == "line" else ():
        if step["value"] is not None and step["value"] < highest:
            axes.axhline(step["value"], color=COLOURS[step["color"]], linestyle="--", linewidth=1)


def _legend_shape(names: list[str], width: float) -> tuple[int, int]:
    """So many rows and columns as its names need."""
    longest = max((len(name) for name in names), default=0)
    columns = max(1, min(len(names), int(width / (longest * LETTER + 0.45))))
    return ceil(len(names) / columns), columns


# What they share


def _paint(card: Axes, colour: str) -> None:
    card.set_facecolor(colour)
    card.set_xticks([])
    card.set_yticks([])
    for spine in card.spines.values():
        spine.set_color(BORDER)


def _title(card: Axes, panel: dict[str, Any]) -> None:
    _paint(card, "white")
    height, width = _inches(card)
    at = (0.08 / width, 1 - 0.07 / height)
    card.text(*at, panel["title"], fontsize=10, fontweight="bold", va="top", transform=card.transAxes)


def _inches(card: Axes) -> tuple[float, float]:
    """Its height and width."""
    box, dots = card.get_window_extent(), card.figure.dpi
    return box.height / dots, box.width / dots


def _say_empty(axes: Axes, panel: dict[str, Any]) -> None:
    """Why there is nothing, where its description knows."""
    why = panel["description"].lower().partition("empty ")[2].partition(".")[0]
    said = f"nothing: empty {why}" if why else "no data"
    axes.text(0.5, 0.5, said, ha="center", va="center", fontsize=9, color=GREY, transform=axes.transAxes)


DRAWN: dict[str, Callable[[Axes, dict[str, Any], Lines, Span], None]] = {
    "row": _row,
    "stat": _stat,
    "bargauge": _bars,
    "timeseries": _series,
}
