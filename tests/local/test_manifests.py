"""Every overlay of the Kubernetes manifests is built, and each object in it is as its schema says."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from deploy.local.sites import CHECKOUT
from deploy.local.world import SERVICES

MANIFESTS = CHECKOUT / "deploy" / "kubernetes"
BUILT = ("overlays/small", "overlays/large", "base/migrations")

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl builds the manifests")


@cache
def built(folder: str) -> list[dict[str, Any]]:
    argv = ["kubectl", "kustomize", str(MANIFESTS / folder)]
    printed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    return [each for each in yaml.safe_load_all(printed) if each]


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


def test_each_migration_runs_as_the_owner_of_its_database() -> None:
    jobs = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in built("base/migrations")}
    assert set(jobs) == {f"migrate-{name}" for name in SERVICES}
    for name in SERVICES:
        pod = jobs[f"migrate-{name}"]
        assert pod["containers"][0]["image"] == f"portico/{name}"
        assert pod["volumes"][0]["secret"]["secretName"] == f"portico-{name}-owner"
