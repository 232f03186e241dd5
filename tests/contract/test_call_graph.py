"""Who asks whom has no cycle: a service whose busy workers are asked by one they wait for never answers again."""

import json
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from deploy.local.sites import CHECKOUT
from deploy.local.world import SERVICES

# Each service in a process of its own, as it runs: their tables bear the same names.
ASKED = """
import json, sys
from services.chassis.host import find_service
print(json.dumps(sorted({each.service() for each in find_service(sys.argv[1]).chassis.asks})))
"""


def asked_by(service: str) -> list[str]:
    """The services that this one declares it asks; the chassis refuses any other."""
    argv = [sys.executable, "-c", ASKED, service]
    printed = subprocess.run(argv, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    asked: list[str] = json.loads(printed)
    return asked


def order(graph: dict[str, list[str]]) -> list[str]:
    """The services such that each comes after those it asks. Raises CycleError."""
    return list(TopologicalSorter(graph).static_order())


def test_the_call_graph_has_no_cycle() -> None:
    graph = {service: asked_by(service) for service in SERVICES}
    assert set(order(graph)) >= set(SERVICES)
    assert graph["notifications"] == ["identity"]


@pytest.mark.parametrize("graph", [{"a": ["a"]}, {"a": ["b"], "b": ["a"]}, {"a": ["b"], "b": ["c"], "c": ["a"]}])
def test_a_cycle_is_noticed(graph: dict[str, list[str]]) -> None:
    with pytest.raises(CycleError):
        order(graph)
