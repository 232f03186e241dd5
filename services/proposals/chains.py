"""The chain of a document's log: each entry's hash covers what it says and the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

BEGINNING = "0" * 64
"""What stands for the entry before the first."""


class Entry(Protocol):
    """An entry of a log, as it is kept."""

    @property
    def document_id(self) -> UUID: ...
    @property
    def position(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def details(self) -> Mapping[str, str]: ...
    @property
    def previous_sha256(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def digest(entry: Entry) -> str:
    """The SHA-256 that an entry must have, over all that it says."""
    said = {
        "document_id": str(entry.document_id),
        "position": entry.position,
        "kind": entry.kind,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "details": dict(entry.details),
        "previous_sha256": entry.previous_sha256,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def broken_at(entries: Iterable[Entry]) -> int | None:
    """The position where a log, given oldest first, no longer holds; None where all of it does."""
    before, position = BEGINNING, 0
    for position, entry in enumerate(entries, start=1):
        if entry.position != position or entry.previous_sha256 != before or entry.sha256 != digest(entry):
            return position
        before = entry.sha256
    return None
