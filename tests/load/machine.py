"""What the figures were measured on."""

import os
import platform
import re
import statistics
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg2

PACKAGES = ("nameko", "eventlet", "kombu", "pika", "fastapi", "uvicorn", "uvloop", "sqlalchemy", "psycopg2-binary")
DISK_WRITES = 50


def facts(admin_url: str, folder: Path) -> dict[str, Any]:
    """Cores, load, versions, and what a write to the disk of `folder` takes; an event waits for several of those."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "disk_write_ms": _disk_write_ms(folder / "written"),
        "load_average": [round(each, 1) for each in os.getloadavg()],
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": _postgresql(admin_url),
        "rabbitmq": _rabbitmq(),
        **{name: version(name) for name in PACKAGES},
    }


def _cpu() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else "unknown"


def _disk_write_ms(path: Path) -> float:
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(DISK_WRITES):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return round(statistics.median(took) * 1000, 2)


def _postgresql(admin_url: str) -> str:
    with closing(psycopg2.connect(admin_url)) as database:
        return str(database.info.parameter_status("server_version"))


def _rabbitmq() -> str:
    libraries = Path("/usr/lib/rabbitmq/lib")
    found = [each.name.partition("-")[2] for each in libraries.glob("rabbitmq_server-*")]
    return found[0] if found else "unknown"
