"""Keeps every object of the sandbox in one SQLite file."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, kind TEXT NOT NULL,
    customer TEXT, parent TEXT, body TEXT NOT NULL, hidden TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_customer ON objects (account, kind, customer, seq) WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (account, kind, parent, seq) WHERE parent IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (account, key));
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (at);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY, event TEXT NOT NULL, body TEXT NOT NULL, due_at REAL NOT NULL,
    first_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (due_at);
CREATE TABLE IF NOT EXISTS tasks (
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, act TEXT NOT NULL, object TEXT NOT NULL, due_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS tasks_by_due ON tasks (due_at);
CREATE INDEX IF NOT EXISTS tasks_by_object ON tasks (object);
CREATE TABLE IF NOT EXISTS faults (
    seq INTEGER PRIMARY KEY, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, fired INTEGER NOT NULL DEFAULT 0);
"""
TABLES = ("objects", "answers", "deliveries", "tasks", "faults")


class Store:
    """One connection, used from the event loop alone, so a transaction never interleaves with another.

    An answered request was committed before; with WAL that survives the death of the process.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits at the end of the block, rolls back where it raises."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def clear(self) -> None:
        """Forgets everything."""
        with self.transaction():
            for table in TABLES:
                self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a fixed name

    def add(self, account: str, item: Json, hidden: Json | None = None) -> Json:
        """Stores a new object of one account; `hidden` is what the provider never shows."""
        self.connection.execute(
            "INSERT INTO objects (id, account, kind, customer, parent, body, hidden) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                item["id"],
                account,
                item["object"],
                _customer(item),
                _parent(item),
                json.dumps(item),
                json.dumps(hidden or {}),
            ),
        )
        return item

    def save(self, item: Json, hidden: Json | None = None) -> Json:
        """Writes back an object that was changed; None leaves the hidden part as it is."""
        self.connection.execute(
            "UPDATE objects SET customer = ?, parent = ?, body = ?, hidden = coalesce(?, hidden) WHERE id = ?",
            (
                _customer(item),
                _parent(item),
                json.dumps(item),
                None if hidden is None else json.dumps(hidden),
                item["id"],
            ),
        )
        return item

    def queue(self, event: Json, now: float) -> None:
        """Has an event delivered."""
        self.connection.execute(
            "INSERT INTO deliveries (event, body, due_at, first_at) VALUES (?, ?, ?, ?)",
            (event["id"], json.dumps(event), now, now),
        )

    def find(self, account: str, kind: str, object_id: str) -> Json | None:
        """The object, if this account has it."""
        return self._one(
            "SELECT body FROM objects WHERE id = ? AND account = ? AND kind = ?", (object_id, account, kind)
        )

    def find_any(self, account: str, object_id: str) -> Json | None:
        """An object of whatever kind (expansion follows ids)."""
        return self._one("SELECT body FROM objects WHERE id = ? AND account = ?", (object_id, account))

    def hidden(self, object_id: str) -> Json:
        """What is kept beside an object; empty for an unknown id."""
        return self._one("SELECT hidden FROM objects WHERE id = ?", (object_id,)) or {}

    def account_of(self, object_id: str) -> str | None:
        """The account that owns an object."""
        row = self.connection.execute("SELECT account FROM objects WHERE id = ?", (object_id,)).fetchone()
        return None if row is None else str(row["account"])

    def newest(
        self,
        account: str,
        kind: str,
        where: str = "",
        values: tuple[Any, ...] = (),
        limit: int = 10,
        ascending: bool = False,
    ) -> list[Json]:
        """Objects of a kind by age; `where` narrows by columns, never by text from outside."""
        order = "ASC" if ascending else "DESC"
        rows = self.connection.execute(
            f"SELECT body FROM objects WHERE account = ? AND kind = ? {where} ORDER BY seq {order} LIMIT ?",  # noqa: S608
            (account, kind, *values, limit),
        )
        return [json.loads(row["body"]) for row in rows]

    def position(self, object_id: str) -> int | None:
        """Where an object stands in the order of creation (cursors of lists)."""
        row = self.connection.execute("SELECT seq FROM objects WHERE id = ?", (object_id,)).fetchone()
        return None if row is None else int(row["seq"])

    def _one(self, query: str, values: tuple[Any, ...]) -> Json | None:
        row = self.connection.execute(query, values).fetchone()
        if row is None:
            return None
        found: Json = json.loads(row[0])
        return found


def _customer(item: Json) -> str | None:
    value = item.get("customer")
    return value if isinstance(value, str) else None


def _parent(item: Json) -> str | None:
    value = item.get("payment_intent")
    return value if isinstance(value, str) else None
