"""Rules that make calls and webhooks go wrong, on purpose and repeatably."""

import json
import random
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.store import Store

Json = dict[str, Any]

CALL_KINDS = ("latency", "late_answer", "timeout_after_success", "error_500_before", "error_500_after", "rate_limit")
WEBHOOK_KINDS = ("lose_webhook", "double_webhook", "delay_webhook", "reorder")


@dataclass(frozen=True)
class Rule:
    """What goes wrong where.

    `method` and `path` (a pattern with `*`) choose calls, `event` (a pattern) chooses webhooks, `account` either.
    `ms` is the latency (before the work; with `late_answer` after it, while its webhooks go out already), the delay,
    the most that `reorder` may shift an event, or for how long a caller is left waiting before
    `timeout_after_success` drops the connection. `count` bounds how often the rule fires and `probability` (drawn
    from `seed`) thins it out; without both it always fires.
    """

    kind: str
    method: str = "*"
    path: str = "*"
    event: str = "*"
    account: str = "*"
    ms: int = 0
    count: int | None = None
    probability: float | None = None
    seed: int = 0

    def draw(self, seen: int) -> random.Random:
        """The same chances for the same seed and the same number of matches before."""
        return random.Random(f"{self.seed}:{seen}")  # noqa: S311 - chances, not secrets


@dataclass(frozen=True)
class Strike:
    """A rule that fires now; `ms` is drawn where the rule says so."""

    kind: str
    ms: int


class Faults:
    """The rules in force. Their counters are stored, so that a restart goes on where the seed was."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._rules: dict[int, Rule] = {}
        self._load()

    def add(self, given: Any) -> Json:
        """Stores a rule; 400 for one that makes no sense."""
        rule = _parsed(given)
        cursor = self.store.connection.execute("INSERT INTO faults (rule) VALUES (?)", (json.dumps(asdict(rule)),))
        self._load()
        return {"id": cursor.lastrowid, **asdict(rule), "seen": 0, "fired": 0}

    def listed(self) -> list[Json]:
        """Every rule with how often it matched and fired."""
        rows = self.store.connection.execute("SELECT * FROM faults ORDER BY seq")
        return [
            {"id": row["seq"], **json.loads(row["rule"]), "seen": row["seen"], "fired": row["fired"]} for row in rows
        ]

    def remove(self, rule_id: int | None = None) -> None:
        """Deletes one rule, or all."""
        if rule_id is None:
            self.store.connection.execute("DELETE FROM faults")
        else:
            self.store.connection.execute("DELETE FROM faults WHERE seq = ?", (rule_id,))
        self._load()

    def reload(self) -> None:
        """Reads the rules again, after the store was cleared."""
        self._load()

    def on_call(self, method: str, path: str, account: str) -> list[Strike]:
        """What goes wrong with this call."""
        return [
            strike
            for number, rule in list(self._rules.items())
            if rule.kind in CALL_KINDS
            and rule.method in ("*", method)
            and fnmatchcase(path, rule.path)
            and fnmatchcase(account, rule.account)
            for strike in self._strike(number, rule)
        ]

    def on_webhook(self, event: str, account: str) -> list[Strike]:
        """What goes wrong with this delivery."""
        return [
            strike
            for number, rule in list(self._rules.items())
            if rule.kind in WEBHOOK_KINDS and fnmatchcase(event, rule.event) and fnmatchcase(account, rule.account)
            for strike in self._strike(number, rule)
        ]

    def _strike(self, number: int, rule: Rule) -> list[Strike]:
        connection = self.store.connection
        row = connection.execute("SELECT seen, fired FROM faults WHERE seq = ?", (number,)).fetchone()
        chances = rule.draw(row["seen"])
        fires = (rule.count is None or row["fired"] < rule.count) and (
            rule.probability is None or chances.random() < rule.probability
        )
        connection.execute("UPDATE faults SET seen = seen + 1, fired = fired + ? WHERE seq = ?", (int(fires), number))
        if not fires:
            return []
        return [Strike(rule.kind, chances.randint(0, rule.ms) if rule.kind == "reorder" else rule.ms)]

    def _load(self) -> None:
        rows = self.store.connection.execute("SELECT seq, rule FROM faults ORDER BY seq")
        self._rules = {row["seq"]: Rule(**json.loads(row["rule"])) for row in rows}


def _parsed(given: Any) -> Rule:
    names = {field.name for field in fields(Rule)}
    if not isinstance(given, dict) or not set(given) <= names:
        raise invalid(f"A fault is an object of {', '.join(sorted(names))}.")
    if given.get("kind") not in CALL_KINDS + WEBHOOK_KINDS:
        raise invalid(f"kind is one of {', '.join(CALL_KINDS + WEBHOOK_KINDS)}.", "kind")
    for name, kinds in (("ms", int), ("count", int), ("probability", (int, float)), ("seed", int)):
        value = given.get(name)
        if value is not None and not isinstance(value, kinds):
            raise invalid(f"{name} is a number.", name)
    return Rule(**given)
