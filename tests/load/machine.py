"""What the figures were measured on."""

import os
import platform
import re
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg2

PACKAGES = ("nameko", "eventlet", "kombu", "pika", "fastapi", "uvicorn", "uvloop", "sqlalchemy", "psycopg2-binary")


def facts(admin_url: str) -> dict[str, Any]:
    """Cores, load and versions; the database says its own."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
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


def _postgresql(admin_url: str) -> str:
    with closing(psycopg2.connect(admin_url)) as database:
        return str(database.info.parameter_status("server_version"))


def _rabbitmq() -> str:
    libraries = Path("/usr/lib/rabbitmq/lib")
    found = [each.name.partition("-")[2] for each in libraries.glob("rabbitmq_server-*")]
    return found[0] if found else "unknown"
