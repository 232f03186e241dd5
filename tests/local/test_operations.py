"""The page of operations names every setting that a process has, and none that no process has."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import gateway
import services
from deploy.local.sites import CHECKOUT
from services.contracts.settings import Settings

READ_BY_LIBRARIES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
}
"""What is no field of ours."""


def fields(of: type[Settings]) -> Iterator[str]:
    """Of the class and of all that are made of it."""
    yield from (name.upper() for name in of.model_fields)
    for each in of.__subclasses__():
        yield from fields(each)


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    for package in (gateway, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith((".settings", "chassis.files", "chassis.migrate")) and ".office" not in module.name:
                importlib.import_module(module.name)
    page = (CHECKOUT / "deploy" / "OPERATIONS.md").read_text()
    table = page.partition("| variable | who | what |\n")[2].partition("\n\n")[0]
    named = {name for line in table.splitlines() for name in re.findall(r"`([A-Z_]+)`", line.split("|")[1])}
    # What is for the sandbox alone is told beside what it belongs to.
    named |= set(re.findall(r"`([A-Z_]+)` only for", table))
    assert named == {*fields(Settings), *READ_BY_LIBRARIES}
