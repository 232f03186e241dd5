"""Prometheus's own checker, on files that a test has written."""

import json
import subprocess
from pathlib import Path
from typing import Any

from deploy.local.sites import CHECKOUT

OBSERVABILITY = CHECKOUT / "deploy" / "observability"
ALERTS = OBSERVABILITY / "alerts.yaml"


def promtool(*arguments: str | Path) -> str:
    """What it says; AssertionError with that where it finds something wrong."""
    ended = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    said = f"{ended.stdout}{ended.stderr}"
    assert ended.returncode == 0, said
    return said


def write(path: Path, content: Any) -> Path:
    """A file in YAML's own subset that JSON is."""
    path.write_text(json.dumps(content))
    return path
