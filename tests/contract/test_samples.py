"""A message that was sent once can still be read, and says the same."""

import json
from typing import Any

import pytest

from services.contracts.messages import Ask, Message
from tests.contract.samples import KEPT, make, messages, path_of, revalidated

MESSAGES = messages()


def missing(kept: Any, read: Any, where: str = "") -> list[str]:
    """What the kept sample says and today's reading of it does not."""
    if isinstance(kept, dict) and isinstance(read, dict):
        lost = [f"{where}.{key}" for key in kept.keys() - read.keys()]
        return lost + [
            each for key in kept.keys() & read.keys() for each in missing(kept[key], read[key], f"{where}.{key}")
        ]
    if isinstance(kept, list) and isinstance(read, list) and len(kept) == len(read):
        return [each for pair in zip(kept, read, strict=True) for each in missing(*pair, where=where)]
    hidden = isinstance(read, str) and set(read) == {"*"}
    return [] if kept == read or hidden else [where]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: f"{each.service()}.{each.__name__}")
def test_a_kept_sample_is_still_read_and_says_the_same(message: type[Message]) -> None:
    kept = json.loads(path_of(message).read_text())
    assert missing(kept["message"], revalidated(message, kept["message"])) == []
    if issubclass(message, Ask):
        assert missing(kept["answer"], revalidated(message.answer(), kept["answer"])) == []


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: f"{each.service()}.{each.__name__}")
def test_what_todays_sender_says_is_kept_for_tomorrows_reader(message: type[Message]) -> None:
    """A new field belongs in the sample too, so that its removal will be noticed: add it there by hand."""
    kept = json.loads(path_of(message).read_text())
    assert missing(make(message), kept) == []


def test_every_kept_sample_has_its_message() -> None:
    """A message is retired in two releases: its sample goes with the second."""
    kept = {path.relative_to(KEPT) for path in KEPT.rglob("*.json")}
    assert kept == {path_of(each).relative_to(KEPT) for each in MESSAGES}


def test_a_breaking_change_is_noticed() -> None:
    """The check itself: a lost field, another value and a changed type are each found."""
    kept = {"a": 1, "b": [{"c": "x"}]}
    assert missing(kept, {"a": 1, "b": [{}]}) == [".b.c"]
    assert missing(kept, {"a": 2, "b": [{"c": "x"}]}) == [".a"]
    assert missing(kept, {"a": 1, "b": [{"c": "x"}], "new": 1}) == []
