"""Keeps every mail in one SQLite file."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.sandbox.mail.reading import Mail, read

Json = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL,
    message_id TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, attachments TEXT NOT NULL,
    recipients TEXT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS recipients (address TEXT NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (address, mail));
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, fired INTEGER NOT NULL DEFAULT 0);
"""
RECORDED = {"id": "id", "to": "recipients", "message_id": "message_id", "received_at": "received_at"}


class Inbox:
    """Used from one event loop. A mail is on its way to the disk before its sender gets a 250."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)

    def add(self, raw: bytes, recipients: list[str]) -> int:
        """Stores a mail for its envelope's recipients; answers its id."""
        mail = read(raw)
        names = json.dumps([attachment.name for attachment in mail.attachments])
        received_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values = (received_at, mail.sender, mail.subject, mail.message_id, mail.text, mail.html, names)
        self.connection.execute("BEGIN IMMEDIATE")
        cursor = self.connection.execute(
            "INSERT INTO mails (received_at, sender, subject, message_id, text, html, attachments, recipients, raw) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, ", ".join(recipients), raw),
        )
        mail_id = int(cursor.lastrowid or 0)
        rows = {(address.lower(), mail_id) for address in recipients}
        self.connection.executemany("INSERT INTO recipients (address, mail) VALUES (?, ?)", rows)
        self.connection.execute("COMMIT")
        return mail_id

    def newest(self, to: str | None = None, before: int | None = None, limit: int = 1000) -> list[Json]:
        """Mails, newest first; `to` is one address, `before` an id that all are older than."""
        rows = self.connection.execute(
            "SELECT * FROM mails WHERE (:to IS NULL OR id IN (SELECT mail FROM recipients WHERE address = :to)) "
            "AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit",
            {"to": to.lower() if to else None, "before": before, "limit": limit},
        )
        return [_shown(row) for row in rows]

    def record(self) -> list[Json]:
        """Which mail came for whom and when, oldest first; without what it says."""
        rows = self.connection.execute("SELECT id, recipients, message_id, received_at FROM mails ORDER BY id")
        return [{name: row[column] for name, column in RECORDED.items()} for row in rows]

    def find(self, mail_id: int) -> Json | None:
        """One mail."""
        row = self.connection.execute("SELECT * FROM mails WHERE id = ?", (mail_id,)).fetchone()
        return _shown(row) if row else None

    def original(self, mail_id: int) -> Mail | None:
        """One mail with the contents of its attachments."""
        row = self.connection.execute("SELECT raw FROM mails WHERE id = ?", (mail_id,)).fetchone()
        return read(row["raw"]) if row else None

    def clear(self) -> None:
        """Deletes every mail; ids are not used again."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("DELETE FROM mails")
        self.connection.execute("DELETE FROM recipients")
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()


def _shown(row: sqlite3.Row) -> Json:
    return {
        "id": row["id"],
        "from": row["sender"],
        "to": row["recipients"],
        "subject": row["subject"],
        "text": row["text"],
        "html": row["html"],
        "message_id": row["message_id"],
        "attachments": json.loads(row["attachments"]),
        "received_at": row["received_at"],
    }
