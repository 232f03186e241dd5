"""Each image installs what its process imports, in the versions that everything was tested with, and has its code."""

import re
import sys
from functools import cache
from importlib.metadata import packages_distributions

import grimp
import pytest
from packaging.utils import canonicalize_name

from deploy.local.sites import CHECKOUT
from deploy.local.world import SERVICES

RUN_BY_EVERY_SERVICE = ("services.chassis.host", "services.chassis.migrate", "services.chassis.operate")
DISTRIBUTIONS = packages_distributions()


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("services", "gateway", "deploy", include_external_packages=True, cache_dir=None)


def imported(process: str) -> set[str]:
    """Everything that the process's modules import, directly or not; of others' packages the topmost name."""
    if process in SERVICES:
        own = graph().find_upstream_modules(f"services.{process}", as_package=True)
        return own.union(*(graph().find_upstream_modules(each) for each in RUN_BY_EVERY_SERVICE))
    package = "deploy" if process == "operations" else process
    return graph().find_upstream_modules(package, as_package=True)


def locked(path: str) -> dict[str, str]:
    """Versions by distribution."""
    found = re.findall(r"^([\w.-]+)==(\S+)", (CHECKOUT / path).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize("process", (*SERVICES, "gateway", "operations"))
def test_an_image_installs_what_its_process_imports(process: str) -> None:
    others = {each for each in imported(process) if graph().is_module_squashed(each)} - sys.stdlib_module_names
    installed = set(locked(f"deploy/images/locks/{process}.lock"))
    assert "pydantic" in others
    assert not {each for each in others if not installed & set(map(canonicalize_name, DISTRIBUTIONS[each]))}


@pytest.mark.parametrize("process", (*SERVICES, "gateway"))
def test_an_image_has_the_code_that_its_process_imports(process: str) -> None:
    copied = [
        "services.contracts",
        *([f"services.{process}", "services.chassis"] if process in SERVICES else [process]),
    ]
    ours = {each for each in imported(process) if not graph().is_module_squashed(each)} - {"services"}
    assert not {each for each in ours if not any(f"{each}.".startswith(f"{folder}.") for folder in copied)}


@pytest.mark.parametrize("process", (*SERVICES, "gateway", "operations"))
def test_an_image_installs_the_versions_that_are_tested(process: str) -> None:
    tested = locked("requirements.lock")
    assert locked(f"deploy/images/locks/{process}.lock").items() <= tested.items()
