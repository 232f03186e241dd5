"""What the clients asked for and what they were told: the truth that the audit holds Portico to."""

import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Command:
    """One thing that somebody wanted done, under one Idempotency-Key; times are monotonic seconds."""

    key: str
    kind: str
    asker: str
    path: str
    body: Json
    about: str = ""
    """The id of what it is about, where that exists already."""
    mailed: tuple[str, str] | None = None
    """Who is mailed once it is done, and a word that the subject then has."""
    begun_at: float = 0.0
    sent: int = 0
    last_sent_at: float = 0.0
    answered_at: float = 0.0
    status: int = 0
    """Of the answer; 0 while there is none."""
    answer: Json = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether it was answered with success."""
        return 200 <= self.status < 300


class Journal:
    """Written by every client's thread; appending to a list is atomic."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._numbers = itertools.count(1)
        self.commands: list[Command] = []
        self.silences: Counter[str] = Counter()
        """What was met instead of an answer, and followed by a repeat."""
        self.surprises: list[str] = []
        """What no client should ever be told."""

    def begin(
        self, kind: str, asker: str, path: str, body: Json, about: str = "", mailed: tuple[str, str] | None = None
    ) -> Command:
        """A new command with a key of its own."""
        command = Command(self.new_key(), kind, asker, path, body, about, mailed)
        self.commands.append(command)
        return command

    def new_key(self) -> str:
        """Never given out before; also the mark by which a thing is found again."""
        return f"f{self._run}-{next(self._numbers):05}"

    def surprise(self, what: str) -> None:
        self.surprises.append(what)

    def of(self, *kinds: str) -> list[Command]:
        """The commands of these kinds, in the order of their beginning."""
        return [each for each in list(self.commands) if each.kind in kinds]

    def answered(self) -> int:
        """How many commands have been answered so far."""
        return sum(1 for each in list(self.commands) if each.status)

    def first_answer_after(self, moment: float, kind: str) -> float | None:
        """When the first command of a kind that was sent after a moment was answered with success."""
        times = [each.answered_at for each in self.of(kind) if each.done and each.last_sent_at > moment]
        return min(times, default=None)


def now() -> float:
    """The clock of the journal."""
    return time.monotonic()
