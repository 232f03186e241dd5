"""Boards and alerts ask for what there is: every metric and label is told by a process of ours, or by the bus."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

from deploy.local.ports import free_port
from deploy.local.sites import CHECKOUT
from deploy.local.stack import for_tests
from tests.observability.boards import Board, boards, grouped_by, missing, shown_in
from tests.observability.promtool import OBSERVABILITY, promtool, write
from tests.observability.test_alerts import NAMES, rules
from tests.observability.told import Told, WatchedBroker, by_broker, by_processes

BOARDS = boards()
SETTINGS = yaml.safe_load((OBSERVABILITY / "prometheus.yaml").read_text())
each_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.path.stem)


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """All that can be asked for, with a broker that has the plugin on."""
    with for_tests(private=True) as stack:
        broker = WatchedBroker(stack.site, free_port())
        stack.broker = broker
        stack.start_broker()
        yield by_processes() | by_broker(broker, list(_paths_of_the_bus()))


def _paths_of_the_bus() -> Iterator[str]:
    for job in SETTINGS["scrape_configs"]:
        if job["job_name"] != "portico":
            yield f"{job.get('metrics_path', '/metrics')}?{urlencode(job.get('params', {}), doseq=True)}"


def test_what_alerts_ask_for_is_told(told: Told) -> None:
    assert {each["alert"]: lost for each in rules() if (lost := missing(each["expr"], told))} == {}


def test_what_boards_ask_for_is_told(told: Told) -> None:
    asked = [(title, query.over("1m")) for board in BOARDS for title, query in board.queries]
    assert [(title, lost) for title, query in asked if (lost := missing(query, told))] == []


def test_what_nobody_tells_is_noticed() -> None:
    told: Told = {"portico_mails": {"state"}}
    assert missing('max by (state) (portico_mails{state=~"a|{b}"})', told) == []
    assert missing("portico_mail", told) == ["portico_mail"]
    assert missing('max by (template) (portico_mails{kind="a"})', told) == ["portico_mails: kind", "by template"]
    assert missing("vector(0)", told) == ["any metric"]


def test_every_query_is_one(tmp_path: Path) -> None:
    queries = [query.over("1m") for board in BOARDS for _, query in board.queries]
    recorded = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    assert "SUCCESS" in promtool(
        "check", "rules", write(tmp_path / "rules.yaml", {"groups": [{"name": "boards", "rules": recorded}]})
    )


@each_board
def test_a_legend_tells_all_that_lines_differ_by(board: Board) -> None:
    lines = [
        (panel["title"], target) for panel in board.panels for target in panel["targets"] if panel["type"] != "stat"
    ]
    wrong = [
        title
        for title, target in lines
        if not shown_in(target["legendFormat"]) <= grouped_by(target["expr"]) or (not target["legendFormat"])
    ]
    assert wrong == []


@each_board
def test_panels_have_a_place_a_unit_and_the_provisioned_source(board: Board) -> None:
    provisioned = yaml.safe_load((OBSERVABILITY / "grafana/provisioning/datasources/prometheus.yaml").read_text())
    (source,) = provisioned["datasources"]
    assert max(Counter(each["id"] for each in board.content["panels"]).values()) == 1
    taken = Counter(square for panel in board.content["panels"] for square in _squares(panel["gridPos"]))
    assert max(taken.values()) == 1, "panels lie over each other"
    for panel in board.panels:
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {each["uid"] for each in sources} == {source["uid"]}, panel["title"]


def _squares(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    assert place["x"] + place["w"] <= 24
    for x in range(place["x"], place["x"] + place["w"]):
        yield from ((x, y) for y in range(place["y"], place["y"] + place["h"]))


def test_a_panel_names_lines_of_the_runbook_that_there_are() -> None:
    named = {
        name
        for board in BOARDS
        for panel in board.panels
        for said in re.findall(r"Runbook: ([\w, ]+)\.", panel["description"])
        for name in said.split(", ")
    }
    assert named <= set(NAMES)
    assert set(NAMES) - named == {"GatewayAway", "BusAway", "BusRefuses"}, "an alert without a panel to look at"


def test_boards_are_told_apart() -> None:
    assert len({board.content["uid"] for board in BOARDS}) == len({board.content["title"] for board in BOARDS}) == 3


def test_compose_gives_grafana_what_it_is_told_to_read() -> None:
    compose = yaml.safe_load((CHECKOUT / "deploy/compose/compose.yaml").read_text())
    mounts = dict(reversed(each.split(":")[:2]) for each in compose["services"]["dashboards"]["volumes"])
    providers = yaml.safe_load((OBSERVABILITY / "grafana/provisioning/dashboards/portico.yaml").read_text())
    boards_at = providers["providers"][0]["options"]["path"]
    runbooks = {f"/usr/share/grafana{board.content['links'][0]['url']}" for board in BOARDS}
    assert mounts.keys() == {"/etc/grafana/provisioning", boards_at, *runbooks}
    assert all((CHECKOUT / "deploy/compose" / source).exists() for source in mounts.values())
