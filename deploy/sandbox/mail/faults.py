"""Rules that make the mail server misbehave, on purpose and repeatably."""

import json
import random
from dataclasses import asdict, dataclass, fields
from typing import Any

from deploy.sandbox.mail.inbox import Inbox

Json = dict[str, Any]

KINDS = ("refuse", "hang", "drop", "drop_after_data", "reject_recipient", "slow")
STAGES = ("mail", "rcpt", "data")


class InvalidFault(ValueError):
    """A rule that makes no sense; its message says why."""


@dataclass(frozen=True)
class Rule:
    """`refuse` turns senders away for now, `hang` takes the mail and does not answer for `ms` (nor keep it),
    `drop` drops the connection at `stage`, before anything is kept, `drop_after_data` keeps the mail and drops the
    connection instead of saying so, `reject_recipient` refuses an address (all, or the one in `address`), for good
    unless `reply` says otherwise, `slow` answers each command after `ms` only. Fires always, or `count` times, or by
    `probability` drawn from `seed`.
    """

    kind: str
    address: str | None = None
    stage: str = "data"
    reply: str = "550 5.1.1 The sandbox rejects this recipient"
    ms: int = 60_000
    count: int | None = None
    probability: float | None = None
    seed: int = 0


class Faults:
    """The rules in force, kept beside the mails so that a restart does not lift them."""

    def __init__(self, inbox: Inbox) -> None:
        self.connection = inbox.connection

    def add(self, given: Any) -> Json:
        """Stores a rule; InvalidFault for one that makes no sense."""
        names = {field.name for field in fields(Rule)}
        if not isinstance(given, dict) or not set(given) <= names:
            raise InvalidFault(f"A fault is an object of {', '.join(sorted(names))}.")
        if given.get("kind") not in KINDS:
            raise InvalidFault(f"kind is one of {', '.join(KINDS)}.")
        if given.get("stage", "data") not in STAGES:
            raise InvalidFault(f"stage is one of {', '.join(STAGES)}.")
        if any(not isinstance(given.get(name) or 0, (int, float)) for name in ("ms", "count", "probability", "seed")):
            raise InvalidFault("ms, count, probability and seed are numbers.")
        rule = Rule(**given)
        cursor = self.connection.execute("INSERT INTO faults (rule) VALUES (?)", (json.dumps(asdict(rule)),))
        return {"id": cursor.lastrowid, **asdict(rule), "seen": 0, "fired": 0}

    def listed(self) -> list[Json]:
        """Every rule with how often it matched and fired."""
        rows = self.connection.execute("SELECT * FROM faults ORDER BY id")
        return [
            {"id": row["id"], **json.loads(row["rule"]), "seen": row["seen"], "fired": row["fired"]} for row in rows
        ]

    def clear(self) -> None:
        """Lifts all rules."""
        self.connection.execute("DELETE FROM faults")

    def strike(self, kind: str, address: str | None = None, stage: str | None = None) -> Rule | None:
        """The rule of this kind that fires now, if one does."""
        for row in self.connection.execute("SELECT * FROM faults ORDER BY id").fetchall():
            rule = Rule(**json.loads(row["rule"]))
            fits = rule.kind == kind and rule.address in (None, address) and stage in (None, rule.stage)
            if fits and self._fires(row["id"], rule, row):
                return rule
        return None

    def _fires(self, number: int, rule: Rule, row: Any) -> bool:
        chances = random.Random(f"{rule.seed}:{row['seen']}")  # noqa: S311 - chances, not secrets
        fires = (rule.count is None or row["fired"] < rule.count) and (
            rule.probability is None or chances.random() < rule.probability
        )
        self.connection.execute(
            "UPDATE faults SET seen = seen + 1, fired = fired + ? WHERE id = ?", (int(fires), number)
        )
        return fires
