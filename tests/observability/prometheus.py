"""Debian's Prometheus beside a private Portico: it scrapes what compose's would, only more often."""

from typing import Any

import httpx
import yaml

from deploy.local import world
from deploy.local.ports import HOST, free_port
from deploy.local.processes import Program, Stage
from deploy.local.stack import Stack
from tests.observability.promtool import ALERTS, OBSERVABILITY, write
from tests.observability.told import WatchedBroker

EVERY_SECONDS = 5
RATE_SECONDS = 30
"""The window of a rate in the drawn boards; Grafana takes four scrapes, which are a minute there."""


class Prometheus:
    """A running one; it is stopped with the stack."""

    def __init__(self, stack: Stack, broker: WatchedBroker) -> None:
        port, folder = free_port(), stack.site.folder / "prometheus"
        folder.mkdir()
        settings = write(folder / "prometheus.yaml", _settings(stack, broker))
        listens = f"--web.listen-address={HOST}:{port}"
        command = ("prometheus", f"--config.file={settings}", f"--storage.tsdb.path={folder / 'data'}", listens)
        stack.supervisor.start(Program("prometheus", command, folder, stage=Stage.STAND_IN))
        self._http = httpx.Client(base_url=f"http://{HOST}:{port}/api/v1", trust_env=False, timeout=60)

    def lines(self, query: str, since: float, until: float) -> list[tuple[dict[str, str], list[tuple[float, float]]]]:
        """What a query answers over a time, in seconds since the epoch: labels, and (time, value)."""
        asked: dict[str, Any] = {"query": query, "start": since, "end": until, "step": EVERY_SECONDS}
        told = self._http.get("/query_range", params=asked).raise_for_status().json()["data"]["result"]
        return [(each["metric"], [(at, float(value)) for at, value in each["values"]]) for each in told]

    def alerts(self, since: float, until: float) -> list[str]:
        """Those that fired, or waited to, at some time between."""
        told = self.lines("count by (alertname, alertstate) (ALERTS)", since, until)
        return sorted(f"{labels['alertname']} ({labels['alertstate']})" for labels, _ in told)


def _settings(stack: Stack, broker: WatchedBroker) -> dict[str, Any]:
    """Compose's own, with the targets of this machine in the place of names."""
    settings: dict[str, Any] = yaml.safe_load((OBSERVABILITY / "prometheus.yaml").read_text())
    settings["global"] = {"scrape_interval": f"{EVERY_SECONDS}s", "evaluation_interval": f"{EVERY_SECONDS}s"}
    settings["rule_files"] = [str(ALERTS)]
    for job in settings["scrape_configs"]:
        of_processes = job.pop("dns_sd_configs", None)
        job.pop("relabel_configs", None)
        here = [{"targets": [f"{HOST}:{broker.metrics_port}"]}]
        job["static_configs"] = _processes(stack) if of_processes else here
    return settings


def _processes(stack: Stack) -> list[dict[str, Any]]:
    running = [(name, stack.supervisor.process(name)) for name in (*world.SERVICES, "gateway")]
    return [
        {"targets": [f"{HOST}:{process.metrics_port}"], "labels": {"process": name}}
        for name, process in running
        if process
    ]
