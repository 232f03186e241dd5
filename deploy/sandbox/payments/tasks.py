"""What happens by itself after a while: debits end, refunds arrive, disputes are opened."""

import sqlite3

from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.store import Store


def later(call: Call, act: str, object_id: str) -> None:
    """Plans an act on an object of the call's account, in the transaction of its cause."""
    call.store.connection.execute(
        "INSERT INTO tasks (account, act, object, due_at) VALUES (?, ?, ?, ?)",
        (call.account, act, object_id, call.clock() + call.delay_seconds),
    )


def drop(store: Store, object_id: str) -> None:
    """Forgets what was planned for an object: it has been decided otherwise."""
    store.connection.execute("DELETE FROM tasks WHERE object = ?", (object_id,))


def forget(store: Store, task: sqlite3.Row) -> None:
    """Ends a task."""
    store.connection.execute("DELETE FROM tasks WHERE seq = ?", (task["seq"],))


def planned(store: Store, object_id: str | None = None, account: str | None = None) -> list[sqlite3.Row]:
    """What is planned, in the order in which it is due."""
    return store.connection.execute(
        "SELECT * FROM tasks WHERE object = coalesce(?, object) AND account = coalesce(?, account) "
        "ORDER BY due_at, seq",
        (object_id, account),
    ).fetchall()


def next_due(store: Store) -> sqlite3.Row | None:
    """The task that is due first."""
    row: sqlite3.Row | None = store.connection.execute("SELECT * FROM tasks ORDER BY due_at, seq LIMIT 1").fetchone()
    return row
