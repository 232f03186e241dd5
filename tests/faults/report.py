"""Writes what a run found to a file of its own, and a line about it to the list of runs."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"

Json = dict[str, Any]


def write(seed: int, phases: list[Json], violations: list[str]) -> Path:
    """The new file."""
    day = datetime.now(UTC).date().isoformat()
    path = FOLDER / f"{day}-seed{seed}.json"
    found = {"date": day, "seed": seed, "machine": _machine(), "broken": violations, "phases": phases}
    path.write_text(json.dumps(found, indent=1) + "\n")
    with (FOLDER / "README.md").open("a") as runs:
        runs.write(_line(path, seed, phases, violations))
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


def _line(path: Path, seed: int, phases: list[Json], violations: list[str]) -> str:
    kills = sum(len(phase.get("kills", [])) for phase in phases)
    restarts = {
        phase["phase"]: [max(each["first_answer_after"].values(), default=0) for each in phase["restarts"]]
        for phase in phases
        if "restarts" in phase
    }
    last = phases[-1]
    cells = [
        f"[{path.stem}]({path.name})",
        str(os.cpu_count()),
        str(seed),
        str(kills),
        str(sum(phase["commands"] for phase in phases)),
        str(sum(phase["repeats"] for phase in phases)),
        f"{last['mails']} / {last['duplicates']} / {last['resends']}",
        _slowest(restarts.get("broker")),
        _slowest(restarts.get("database")),
        str(len(violations)),
    ]
    return f"| {' | '.join(cells)} |\n"


def _slowest(seconds: list[float] | None) -> str:
    return f"{max(seconds):.1f} s" if seconds else "-"
