"""Draws what a run found: bars of CPU time by process, and how long events take."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot

from tests.load.compare import Json

COLOURS = {
    "client": "#4878a8",
    "service": "#e08a3c",
    "server": "#e08a3c",
    "gateway": "#4878a8",
    "billing": "#e08a3c",
    "identity": "#6a9f58",
    "broker": "#a3a3a3",
    "database": "#d3c9a5",
}
AIM = {"color": "#b03030", "linestyle": "--", "linewidth": 1.2}


def draw(day: str, found: Json, path: Path) -> None:
    """Writes a PNG."""
    figure, (calls, pages, events) = pyplot.subplots(1, 3, figsize=(15, 5.6), width_ratios=(1.15, 1, 0.8))
    _draw_calls(calls, found["bus"])
    _draw_invoices(pages, found["invoices"])
    _draw_events(events, found["events"], found["machine"]["disk_write_ms"])
    machine = found["machine"]
    figure.suptitle(
        f"make load, {day}: {machine['cores']} cores, load average {machine['load_average'][0]}", fontsize=13
    )
    figure.text(0.5, 0.015, _versions(machine), ha="center", fontsize=8, color="#555555")
    figure.tight_layout(rect=(0, 0.035, 1, 0.98))
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _versions(machine: Json) -> str:
    names = ("python", "nameko", "eventlet", "pika", "fastapi", "sqlalchemy", "rabbitmq", "postgresql")
    return f"{machine['cpu']}   " + "   ".join(f"{name} {machine[name]}" for name in names)


def _draw_calls(axes: Any, bus: Json) -> None:
    _stack_bars(axes, bus["ways"], leave_out=())
    bare = bus["ways"]["bare pika"]["cpu_us"]
    aim = bus["aim_ratio"] * (bare["client"] + bare["service"]) / 1000
    axes.axhline(aim, label=f"aim for client + service: {bus['aim_ratio']} x bare", **AIM)
    axes.set_title(
        f"A call: {bus['ratio']} x the bare pair's client + service\n(as nameko comes: {bus['stock_ratio']} x)"
    )
    axes.set_ylabel("ms of CPU per call")
    axes.legend(fontsize=8, loc="upper left")


def _draw_invoices(axes: Any, invoices: Json) -> None:
    _stack_bars(axes, invoices["ways"], leave_out=("client",))
    axes.axhline(invoices["aim_ms"], label=f"aim: below {invoices['aim_ms']:g} ms in all", **AIM)
    axes.set_title(f"GET /api/v1/invoices: {invoices['sum_ms']} ms,\n{invoices['ratio']} x bare FastAPI")
    axes.set_ylabel("ms of CPU per request")
    axes.legend(fontsize=8)


def _stack_bars(axes: Any, ways: Json, leave_out: tuple[str, ...]) -> None:
    """One bar for each way, one segment for each process."""
    labelled = set()
    for name, way in ways.items():
        bottom = 0.0
        for process, used in way["cpu_us"].items():
            if process in leave_out:
                continue
            label = process if process not in labelled else None
            axes.bar(name, used / 1000, bottom=bottom, color=COLOURS[process], label=label, width=0.6)
            labelled.add(process)
            bottom += used / 1000
        axes.text(name, bottom, f"{bottom:.2f} ms\n{way['per_second']:.0f}/s", ha="center", va="bottom", fontsize=9)
    axes.margins(y=0.25)


def _draw_events(axes: Any, events: Json, disk_write_ms: float) -> None:
    for shift, (key, label, colour) in enumerate((("median_ms", "median", "#4878a8"), ("p95_ms", "95 %", "#a9c3dd"))):
        places = [place + 0.36 * (shift - 0.5) for place in range(len(events["paces"]))]
        bars = axes.bar(places, [pace[key] for pace in events["paces"].values()], 0.34, color=colour, label=label)
        axes.bar_label(bars, fontsize=9)
    axes.set_xticks(range(len(events["paces"])), list(events["paces"]))
    axes.axhline(events["aim_ms"], label=f"aim for the median: below {events['aim_ms']:g} ms", **AIM)
    axes.set_title(f"An event from commit to handler;\na write to the disk took {disk_write_ms} ms")
    axes.set_ylabel("ms")
    axes.margins(y=0.25)
    axes.legend(fontsize=8, loc="upper left")
