"""Whatever one release may say, the other can read."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.upgrade.schemas import Speech
from tests.upgrade.versions import Version

Contract = dict[str, Any]

AGREED: frozenset[str] = frozenset()
"""What the comparison finds and does no harm, word for word: a field or message that the previous release no longer
uses, a value that this one reads and does not say yet. It is emptied when the file `previous` is moved on."""


@pytest.fixture(scope="module")
def contracts(previous: Version, current: Version) -> tuple[Contract, Contract]:
    """Every message of the previous release, and of this one."""
    return previous.run("contract.py"), current.run("contract.py")


def differences(previous: Contract, current: Contract) -> set[str]:
    """What either release may say and the other does not read; messages that only this one has may be added."""
    return (
        {f"{name} is gone" for name in previous.keys() - current.keys()}
        | {f"this release's {each}" for each in _unread(current, previous, by_newer=True)}
        | {f"the previous release's {each}" for each in _unread(previous, current, by_newer=False)}
    )


def _unread(said: Contract, read: Contract, by_newer: bool) -> list[str]:
    return [
        f"{name} {part}{each}"
        for name in said.keys() & read.keys()
        for part in ("content", "answer")
        if said[name][part]
        for each in Speech(
            said[name][part]["said"],
            read[name][part]["read"],
            by_newer,
            leaves_defaults_out=part == "content" and said[name]["kind"] in ("query", "command"),
        ).unreadable()
    ]


def test_each_release_reads_whatever_the_other_may_say(contracts: tuple[Contract, Contract]) -> None:
    assert differences(*contracts) == AGREED


def _remove_message(contract: Contract) -> None:
    del contract["billing.PayInvoices"]


def _require_new_field(contract: Contract) -> None:
    for schema in contract["billing.PayInvoices"]["content"].values():
        schema["properties"]["reason"] = {"type": "string"}
        schema["required"].append("reason")


def _remove_field(contract: Contract) -> None:
    for schema in contract["billing.PayInvoices"]["content"].values():
        del schema["properties"]["amount"]


def _rename_field_of_event(contract: Contract) -> None:
    for schema in contract["identity.AccessChanged"]["content"].values():
        schema["properties"]["tenant_id"] = schema["properties"].pop("company_id")
        schema["required"] = ["tenant_id" if each == "company_id" else each for each in schema["required"]]


def _say_another_status(contract: Contract) -> None:
    for schema in contract["Principal"]["content"].values():
        schema["properties"]["kind"]["enum"].append("partner")


def _perhaps_say_nothing(contract: Contract) -> None:
    for schema in contract["billing.PayInvoices"]["answer"].values():
        schema["properties"]["number"] = {"anyOf": [schema["properties"]["number"], {"type": "null"}]}


def _default_differently(contract: Contract) -> None:
    for schema in contract["billing.ListInvoices"]["content"].values():
        schema["properties"]["limit"]["default"] = 20


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_remove_message, "billing.PayInvoices is gone"),
        (_require_new_field, "this release's billing.PayInvoices content.reason is not read"),
        (_require_new_field, "the previous release's billing.PayInvoices content.reason is no longer said"),
        (_remove_field, "the previous release's billing.PayInvoices content.amount is not read"),
        (_rename_field_of_event, "this release's identity.AccessChanged content.company_id is no longer said"),
        (_say_another_status, "this release's Principal content.kind may be 'partner', which is not read"),
        (_perhaps_say_nothing, "this release's billing.PayInvoices answer.number may be null, which is not read"),
        (_default_differently, "this release's billing.ListInvoices content.limit has another default"),
    ],
)
def test_a_breaking_change_is_noticed(
    contracts: tuple[Contract, Contract], change: Callable[[Contract], None], found: str
) -> None:
    previous = contracts[0]
    changed = deepcopy(previous)
    change(changed)
    assert found in differences(previous, changed)


def test_a_new_message_and_a_new_optional_field_are_no_breaking_changes(contracts: tuple[Contract, Contract]) -> None:
    previous = contracts[0]
    changed = deepcopy(previous)
    changed["billing.PayTwice"] = changed["billing.PayInvoices"]
    for schema in changed["billing.PayInvoices"]["content"].values():
        schema["properties"]["memo"] = {"type": "string", "default": ""}
    assert differences(previous, changed) == set()
