"""Alerts: each fires when it must and not before, on series that Prometheus's own checker runs them over."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.sites import CHECKOUT
from tests.observability.alert_cases import CALM, CASES, MINUTES
from tests.observability.promtool import ALERTS, OBSERVABILITY, promtool, write

RUNBOOK = "deploy/OPERATIONS.md#when-something-is-wrong"


def rules() -> list[dict[str, Any]]:
    """Every alert as it is written."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


NAMES = [each["alert"] for each in rules()]


def test_composes_prometheus_takes_its_settings() -> None:
    assert "SUCCESS" in promtool("check", "config", OBSERVABILITY / "prometheus.yaml")


def test_the_clusters_prometheus_asks_for_the_same_under_the_same_names(tmp_path: Path) -> None:
    """Debian's Prometheus cannot look into a cluster: its targets are made plain here, all else is checked as it is."""
    compose, cluster = (
        yaml.safe_load((OBSERVABILITY / f"{name}.yaml").read_text()) for name in ("prometheus", "kubernetes")
    )
    for job in cluster["scrape_configs"]:
        del job["kubernetes_sd_configs"]
        if "tls_config" in job:
            job["tls_config"]["ca_file"] = str(ALERTS)
    cluster["rule_files"] = [str(ALERTS)]
    promtool("check", "config", write(tmp_path / "kubernetes.yaml", cluster))
    said = [
        [
            (job["job_name"], job.get("metrics_path"), job.get("params"), job.get("metric_relabel_configs"))
            for job in each
        ]
        for each in (compose["scrape_configs"], cluster["scrape_configs"])
    ]
    assert said[0] == said[1]
    assert compose["global"] == cluster["global"]


def test_every_alert_is_tried() -> None:
    assert sorted(CASES) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_fires_when_it_must(name: str, tmp_path: Path) -> None:
    run(tmp_path, CASES[name].fires, [name])


@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_fire_a_little_before(name: str, tmp_path: Path) -> None:
    run(tmp_path, CASES[name].not_yet, [])


def test_nothing_fires_on_a_calm_night(tmp_path: Path) -> None:
    run(tmp_path, {}, [])


def run(folder: Path, changed: dict[str, str | None], firing: list[str]) -> None:
    """Has exactly these alerts fire, where this is changed of the calm."""
    series = {name: values for name, values in {**CALM, **changed}.items() if values is not None}
    group = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{MINUTES}m",
                "exp_samples": [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in firing],
            }
        ],
    }
    tests = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": [group]}
    promtool("test", "rules", write(folder / "tests.yaml", tests))


def test_every_alert_has_its_line_in_the_runbook_and_the_other_way_round() -> None:
    text = (CHECKOUT / "deploy" / "OPERATIONS.md").read_text()
    section = text.partition("## When something is wrong\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([A-Z]\w+)`", section, re.MULTILINE) == NAMES
    assert {each["annotations"]["runbook_url"] for each in rules()} == {RUNBOOK}
    assert {each["labels"]["severity"] for each in rules()} <= {"page", "ticket"}
