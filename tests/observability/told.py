"""What can be measured at all: the names and labels that the processes' own registries have, and a real broker's."""

import http.client
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import pika
from prometheus_client.parser import text_string_to_metric_families

from deploy.local import world
from deploy.local.broker import PrivateBroker
from deploy.local.ports import HOST
from deploy.local.sites import CHECKOUT, write_private

Told = dict[str, set[str]]
"""Labels by the name of a sample."""

OF_A_PROCESS = """
import importlib, json, sys
from prometheus_client import REGISTRY
importlib.import_module(sys.argv[1])
names = {}
for collector, all_of in REGISTRY._collector_to_names.items():
    kind = getattr(collector, "_type", "")
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(kind, ("",))
    for name in all_of:
        if name.endswith(ends):
            names[name] = [*getattr(collector, "_labelnames", ()), *(["le"] if name.endswith("_bucket") else [])]
print(json.dumps(names))
"""


def by_processes() -> Told:
    """Of the gateway and every service, each loaded in a process of its own as it runs in one."""
    told: Told = {"up": set()}
    for module in ("gateway.app", *(f"services.{name}.service" for name in world.SERVICES)):
        command = [sys.executable, "-W", "ignore", "-c", OF_A_PROCESS, module]
        ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
        assert ended.returncode == 0, ended.stderr
        told |= {name: set(labels) for name, labels in json.loads(ended.stdout.splitlines()[-1]).items()}
    return told


@dataclass(frozen=True)
class WatchedBroker(PrivateBroker):
    """A private node that tells Prometheus of itself, too."""

    metrics_port: int

    def prepare(self) -> None:
        super().prepare()
        write_private(self.folder / "enabled_plugins", "[rabbitmq_prometheus].\n")
        with (self.folder / "rabbitmq.conf").open("a") as settings:
            settings.write(f"prometheus.tcp.ip = {HOST}\nprometheus.tcp.port = {self.metrics_port}\n")


def by_broker(broker: WatchedBroker, paths: Sequence[str]) -> Told:
    """Of a node that has a queue, at the paths that Prometheus is told to scrape."""
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        connection.channel().queue_declare("rpc-billing", durable=True)
        return {name: labels for path in paths for name, labels in _scraped(broker.metrics_port, path).items()}


def _scraped(port: int, path: str) -> Told:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    families = text_string_to_metric_families(text)
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}
