"""Remembers the answer to each `Idempotency-Key`, as the provider does for 24 hours."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from deploy.sandbox.payments.errors import StripeError, invalid
from deploy.sandbox.payments.store import Store

Json = dict[str, Any]

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """What goes back to the caller; `replayed` marks a stored one."""

    status: int
    body: str
    request_id: str
    replayed: bool = False


def fingerprint(params: Json) -> str:
    """The same for the same parameters, in whatever order they came."""
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


class Keys:
    """Stored answers, and the keys whose first request still runs."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._running: set[tuple[str, str]] = set()

    @contextmanager
    def running(self, account: str, key: str | None) -> Iterator[None]:
        """Refuses a second request with the key for as long as the block lasts."""
        if key is None:
            yield
            return
        if len(key) > 255:
            raise invalid("Idempotency keys may have up to 255 characters.")
        if (account, key) in self._running:
            raise StripeError(
                409,
                "idempotency_error",
                f"There is currently another in-progress request using this Stripe-Idempotency-Key: {key}.",
                code="idempotency_key_in_use",
            )
        self._running.add((account, key))
        try:
            yield
        finally:
            self._running.discard((account, key))

    def recall(self, account: str, key: str, endpoint: str, params: Json, now: float) -> Answer | None:
        """The stored answer; 400 where the key was used for something else."""
        self.store.connection.execute("DELETE FROM answers WHERE at <= ?", (now - KEPT_SECONDS,))
        row = self.store.connection.execute(
            "SELECT * FROM answers WHERE account = ? AND key = ?", (account, key)
        ).fetchone()
        if row is None:
            return None
        if row["endpoint"] != endpoint or row["fingerprint"] != fingerprint(params):
            same = "parameters" if row["endpoint"] == endpoint else "endpoint"
            raise StripeError(
                400,
                "idempotency_error",
                f"Keys for idempotent requests can only be used with the same {same} they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
            )
        return Answer(row["status"], row["body"], row["request_id"], replayed=True)

    def remember(self, account: str, key: str, endpoint: str, params: Json, answer: Answer, now: float) -> None:
        """Stores the answer in the transaction of its effects."""
        self.store.connection.execute(
            "INSERT INTO answers (account, key, endpoint, fingerprint, status, body, request_id, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (account, key, endpoint, fingerprint(params), answer.status, answer.body, answer.request_id, now),
        )
