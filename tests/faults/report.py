"""Writes what a run found to a file of its own, and a line about it to the list of runs."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"

Json = dict[str, Any]


def write(seed: int, phases: list[Json], mails: dict[str, int], violations: list[str]) -> Path:
    """The new file."""
    day = datetime.now(UTC).date().isoformat()
    path = FOLDER / f"{day}-seed{seed}.json"
    found = {"date": day, "seed": seed, "machine": _machine(), "broken": violations}
    found |= {"mails": mails, "phases": phases}
    path.write_text(json.dumps(found, indent=1) + "\n")
    with (FOLDER / "README.md").open("a") as runs:
        runs.write(_line(path, found))
    return path


def _machine() -> Json:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "load_before": round(os.getloadavg()[2], 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _line(path: Path, found: Json) -> str:
    phases, mails = found["phases"], found["mails"]
    cells = [
        f"[{path.stem}]({path.name})",
        found["machine"]["cores"],
        found["seed"],
        sum(len(phase.get("kills", [])) for phase in phases),
        sum(phase["commands"] for phase in phases),
        sum(phase["repeats"] for phase in phases),
        f"{mails['mails']} / {mails['duplicates']} / {mails['resends']}",
        _slowest(phases, "broker"),
        _slowest(phases, "database"),
        len(found["broken"]),
    ]
    return f"| {' | '.join(map(str, cells))} |\n"


def _slowest(phases: list[Json], name: str) -> str:
    """Of the restarts of a phase, the longest until every kind of command was answered again."""
    restarts = [each["first_answer_after"] for phase in phases if phase["phase"] == name for each in phase["restarts"]]
    return f"{max(max(each.values(), default=0) for each in restarts):.1f} s" if restarts else "-"
