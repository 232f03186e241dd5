"""Every overlay of the Kubernetes manifests is built, and each object in it is as its schema says."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from deploy.installation import Installation
from deploy.local.ports import is_open
from deploy.local.sites import CHECKOUT
from deploy.local.stack import Stack
from deploy.local.world import SERVICES
from gateway.uploads import drawing
from services.notifications.webhook_rules import PORTS as WEBHOOK_PORTS
from services.proposals.sealing import __main__ as examining
from tests.local.conftest import wait_for

MANIFESTS = CHECKOUT / "deploy" / "kubernetes"
BUILT = ("overlays/small", "overlays/large", "overlays/migrations")
MAIL_PORTS = (587, 465)

OUTSIDE = {
    "gateway": {443},
    "identity": {443},
    # The provider.
    "billing": {443},
    # A timestamp authority, which may be asked in clear.
    "proposals": {443, 80},
    "fieldwork": {443},
    "notifications": {*WEBHOOK_PORTS, *MAIL_PORTS},
}
"""Where each process reaches the world; of all of them it is where the files are."""

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl builds the manifests")


@cache
def built(folder: str) -> list[dict[str, Any]]:
    argv = ["kubectl", "kustomize", str(MANIFESTS / folder)]
    printed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    return [each for each in yaml.safe_load_all(printed) if each]


def deployment(folder: str, name: str) -> dict[str, Any]:
    """One process's."""
    (found,) = [each for each in built(folder) if each["kind"] == "Deployment" and each["metadata"]["name"] == name]
    return found


def container(folder: str, name: str) -> dict[str, Any]:
    """The one container of a process."""
    (found,) = deployment(folder, name)["spec"]["template"]["spec"]["containers"]
    return dict(found)


def schemas() -> Iterator[dict[str, Any]]:
    """Those of the operators' kinds, which Kubernetes itself does not know."""
    for path in sorted((MANIFESTS / "schemas").glob("*.json")):
        yield json.loads(path.read_text())


OWN = {schema["title"]: schema for schema in schemas()}


def check(manifest: dict[str, Any]) -> None:
    """Raises ValidationError where it is not as its schema says, SchemaNotFoundError where nobody knows its kind."""
    own = OWN.get(manifest["kind"])
    if own:
        jsonschema.validate(manifest, own)
    else:
        kubernetes_validate.validate(manifest, "1.34", strict=True)


@pytest.mark.parametrize("folder", BUILT)
def test_every_object_is_as_its_schema_says(folder: str) -> None:
    for manifest in built(folder):
        check(manifest)


def test_an_unknown_kind_and_a_misspelt_field_are_errors() -> None:
    with pytest.raises(kubernetes_validate.utils.SchemaNotFoundError):
        check({"apiVersion": "example.com/v1", "kind": "Unknown", "metadata": {"name": "x"}})
    deployment = next(each for each in built("overlays/small") if each["kind"] == "Deployment")
    with pytest.raises(kubernetes_validate.ValidationError):
        check({**deployment, "spec": {**deployment["spec"], "replica": 3}})


@pytest.mark.parametrize("folder", BUILT[:2])
def test_each_service_is_scaled_by_its_own_queue(folder: str) -> None:
    scalers = {each["metadata"]["name"]: each["spec"] for each in built(folder) if each["kind"] == "ScaledObject"}
    assert set(scalers) == set(SERVICES)
    for name, spec in scalers.items():
        assert spec["scaleTargetRef"]["name"] == name
        assert spec["triggers"][0]["metadata"]["queueName"] == f"rpc-{name}"


@pytest.mark.parametrize("folder", BUILT[:2])
def test_services_can_be_rolled_out_before_the_gateway(folder: str) -> None:
    """By the label of their Deployments, which the roll-out selects."""
    deployments = [each["metadata"] for each in built(folder) if each["kind"] == "Deployment"]
    named = {each["labels"]["app.kubernetes.io/name"] for each in deployments}
    assert named == {each["name"] for each in deployments} == {*SERVICES, "gateway"}


@pytest.mark.parametrize("folder", BUILT)
def test_no_process_runs_as_root_or_writes_to_its_image(folder: str) -> None:
    pods = [each["spec"]["template"]["spec"] for each in built(folder) if each["kind"] in ("Deployment", "Job")]
    assert pods
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]


def test_a_service_sees_no_secret_but_its_own() -> None:
    deployments = [each for each in built("overlays/large") if each["kind"] == "Deployment"]
    for each in deployments:
        volumes = each["spec"]["template"]["spec"]["volumes"]
        mounted = [volume["secret"]["secretName"] for volume in volumes if "secret" in volume]
        assert mounted == [f"portico-{each['metadata']['name']}", "portico-authority"]


def test_no_proxy_before_the_gateway_writes_down_the_addresses_that_are_secret() -> None:
    ingress = yaml.safe_load((MANIFESTS / "base" / "gateway" / "ingress.yaml").read_text())
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/enable-access-log"] == "false"


def selects(policy: dict[str, Any], labels: dict[str, str]) -> bool:
    chosen = policy["spec"]["podSelector"]
    return chosen.get("matchLabels", {}).items() <= labels.items() and all(
        labels.get(each["key"]) in each["values"] for each in chosen.get("matchExpressions", ())
    )


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_process_reaches_bus_database_and_what_it_needs_of_the_world(name: str) -> None:
    labels = deployment("overlays/large", name)["spec"]["template"]["metadata"]["labels"]
    policies = [each for each in built("overlays/large") if each["kind"] == "NetworkPolicy" and selects(each, labels)]
    rules = [rule for each in policies for rule in each["spec"].get("egress", ())]
    ports = {port["port"] for rule in rules for port in rule["ports"]}
    assert ports == {53, 5671, *([] if name == "gateway" else [5432]), *OUTSIDE[name]}


def test_the_scaler_is_told_how_to_reach_the_bus_from_its_own_namespace(tmp_path: Path) -> None:
    """By the commands of the page: a name that holds in every namespace, which the certificate has, by TLS."""
    page = (MANIFESTS / "README.md").read_text()
    (bus,), (database,) = (re.findall(rf"--{option} (\S+:\d+)", page) for option in ("bus", "database"))
    Installation(tmp_path, bus, database, tls=True).write()
    (told,) = [each["spec"] for each in built("overlays/small") if each["kind"] == "TriggerAuthentication"]
    refs = {each["parameter"]: (each["name"], each["key"]) for each in told["secretTargetRef"]}
    assert refs.pop("ca") == ("portico-authority", "ca.crt")
    given = {
        name: (tmp_path / secret.removeprefix("portico-") / key).read_text() for name, (secret, key) in refs.items()
    }
    assert given["tls"] == "enable"
    assert f"@{bus}/" in given["host"] and bus == "portico-bus.portico:5671"
    watching = yaml.safe_load((CHECKOUT / "deploy" / "observability" / "kubernetes.yaml").read_text())
    names = {each["tls_config"]["server_name"] for each in watching["scrape_configs"] if "tls_config" in each}
    assert names == {bus.partition(":")[0]}


def test_a_gateway_starts_while_services_are_away_but_not_without_the_bus(backing: Stack) -> None:
    command = container("overlays/small", "gateway")["startupProbe"]["exec"]["command"]
    port = backing.site.ports.gateway
    probe = [sys.executable, *(each.replace("8080", str(port)) for each in command[1:])]

    def has_started() -> bool:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0

    try:
        backing.start("gateway", {"AMQP_URL": "amqp://127.0.0.1:9/"})
        wait_for(lambda: is_open(port), "the gateway listens")
        assert not has_started()
        backing.restart("gateway")
        wait_for(has_started, "a gateway that has met the bus has started")
    finally:
        backing.supervisor.stop("gateway")


@pytest.mark.parametrize(("name", "each"), [("gateway", drawing.MEMORY), ("proposals", examining.MEMORY)])
def test_two_files_are_looked_at_beside_what_else_a_process_does(name: str, each: int) -> None:
    """Each in a process that may take so many bytes: a limit that is lower has the whole container killed by one."""
    limit = container("overlays/small", name)["resources"]["limits"]["memory"]
    assert int(limit.removesuffix("Mi")) * 2**20 > 2 * each + 512 * 2**20


def test_each_migration_runs_as_the_owner_of_its_database_with_the_image_that_is_rolled_out() -> None:
    jobs = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in built("overlays/migrations")}
    assert set(jobs) == {f"migrate-{name}" for name in SERVICES}
    for name in SERVICES:
        pod = jobs[f"migrate-{name}"]
        assert pod["containers"][0]["image"] == container("overlays/large", name)["image"]
        assert pod["volumes"][0]["secret"]["secretName"] == f"portico-{name}-owner"
