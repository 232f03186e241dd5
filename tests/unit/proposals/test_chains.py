"""A log's chain holds as it was written, and breaks where anything of it was changed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.proposals import chains

DOCUMENT = uuid4()
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """An entry of a log."""

    document_id: UUID = DOCUMENT
    position: int = 1
    kind: str = "signed"
    at: datetime = NOON
    actor: str = "Priya Shah"
    details: dict[str, str] = field(default_factory=dict)
    previous_sha256: str = chains.BEGINNING
    sha256: str = ""


def log(*kinds: str) -> list[Line]:
    """A log as it is written."""
    written: list[Line] = []
    for position, kind in enumerate(kinds, start=1):
        before = written[-1].sha256 if written else chains.BEGINNING
        line = Line(position=position, kind=kind, previous_sha256=before)
        written.append(replace(line, sha256=chains.digest(line)))
    return written


@given(st.lists(st.sampled_from(["delivered", "viewed", "signed", "sealed", "voided"]), max_size=8))
def test_what_was_written_holds(kinds: list[str]) -> None:
    assert chains.broken_at(log(*kinds)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "viewed"},
        {"actor": "Somebody else"},
        {"at": NOON + timedelta(microseconds=1)},
        {"details": {"reason": "x"}},
        {"document_id": uuid4()},
        {"position": 4},
        {"previous_sha256": "1" * 64},
        {"sha256": "1" * 64},
    ],
)
def test_every_part_of_an_entry_is_held(change: dict[str, Any]) -> None:
    written = log("delivered", "consented", "signed")
    written[1] = replace(written[1], **change)
    assert chains.broken_at(written) == 2


def test_an_entry_that_was_made_to_fit_itself_breaks_the_next() -> None:
    written = log("delivered", "declined", "signed")
    forged = replace(written[1], kind="consented")
    written[1] = replace(forged, sha256=chains.digest(forged))
    assert chains.broken_at(written) == 3


def test_a_missing_or_moved_entry_breaks_it() -> None:
    written = log("delivered", "consented", "signed")
    assert chains.broken_at([written[0], written[2]]) == 2
    assert chains.broken_at(written[1:]) == 1
    assert chains.broken_at([written[1], written[0], written[2]]) == 1


def test_a_moment_is_the_same_in_every_zone() -> None:
    there = replace(Line(), at=NOON.astimezone(timezone(timedelta(hours=-6))))
    assert chains.digest(there) == chains.digest(Line())
