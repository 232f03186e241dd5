"""Delivers events to the webhook address, signed, until each is accepted."""

import asyncio
import hashlib
import hmac
import json
import logging
import sqlite3
from typing import Any

import httpx

from deploy.sandbox.payments.call import Clock
from deploy.sandbox.payments.faults import Faults
from deploy.sandbox.payments.settings import PLATFORM_ACCOUNT, Settings
from deploy.sandbox.payments.store import Store

log = logging.getLogger(__name__)

AT_ONCE = 16
TIMEOUT_SECONDS = 10.0
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 60.0
GIVE_UP_SECONDS = 3 * 24 * 3600


def signature(secret: str, body: str, at: int) -> str:
    """The `Stripe-Signature` header."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def delay(attempts: int) -> float:
    """Seconds until the next attempt: doubled each time, up to a minute."""
    return min(FIRST_DELAY_SECONDS * 2.0 ** min(attempts, 20), LONGEST_DELAY_SECONDS)


class Deliverer:
    """Sends what is due, several at once and in no promised order.

    What waits is in the store, so a restart goes on with it; an event may therefore arrive twice, never not at all.
    """

    def __init__(self, store: Store, settings: Settings, faults: Faults, clock: Clock) -> None:
        self.store, self.settings, self.faults, self.clock = store, settings, faults, clock
        self.wake = asyncio.Event()
        self._sending: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Delivers for as long as the server lives."""
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            while True:
                self.wake.clear()
                for row in self._due():
                    self._start(client, row)
                await self._until_next()

    async def stop(self) -> None:
        """Drops what is under way; it stays stored as undelivered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def pending(self) -> list[dict[str, Any]]:
        """What is not delivered yet."""
        rows = self.store.connection.execute("SELECT event, due_at, attempts FROM deliveries ORDER BY seq")
        return [dict(row) for row in rows]

    def _due(self) -> list[sqlite3.Row]:
        free = AT_ONCE - len(self._sending)
        rows = self.store.connection.execute(
            "SELECT * FROM deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?",
            (self.clock(), AT_ONCE),
        ).fetchall()
        return [row for row in rows if row["seq"] not in self._sending][:free]

    def _start(self, client: httpx.AsyncClient, row: sqlite3.Row) -> None:
        self._sending.add(row["seq"])
        task = asyncio.create_task(self._deliver(client, row))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, row["seq"]))

    def _ended(self, task: asyncio.Task[None], seq: int) -> None:
        self._tasks.discard(task)
        self._sending.discard(seq)
        self.wake.set()
        if not task.cancelled() and task.exception():
            log.error("A delivery broke off.", exc_info=task.exception())

    async def _until_next(self) -> None:
        waiting = [
            row["due_at"]
            for row in self.store.connection.execute(
                "SELECT seq, due_at FROM deliveries ORDER BY due_at LIMIT ?", (AT_ONCE + 1,)
            )
            if row["seq"] not in self._sending
        ]
        full = len(self._sending) >= AT_ONCE
        timeout = None if full or not waiting else max(0.0, min(waiting) - self.clock())
        try:
            await asyncio.wait_for(self.wake.wait(), timeout)
        except TimeoutError:
            return

    async def _deliver(self, client: httpx.AsyncClient, row: sqlite3.Row) -> None:
        times = self._struck(row) if row["attempts"] == 0 else 1
        accepted = times == 0
        for _ in range(times or 0):
            accepted = await self._post(client, row["body"])
        if accepted:
            self.store.connection.execute("DELETE FROM deliveries WHERE seq = ?", (row["seq"],))
        elif times is not None:
            self._postpone(row)

    def _struck(self, row: sqlite3.Row) -> int | None:
        """How often to send an event that is sent for the first time: 0 if lost, None if it waits instead."""
        event = json.loads(row["body"])
        strikes = self.faults.on_webhook(event["type"], event.get("account", PLATFORM_ACCOUNT))
        kinds = {strike.kind for strike in strikes}
        if "lose_webhook" in kinds:
            return 0
        later = sum(strike.ms for strike in strikes if strike.kind in ("delay_webhook", "reorder"))
        if later:
            self._set_due(row["seq"], self.clock() + later / 1000, 1)
            return None
        return 2 if "double_webhook" in kinds else 1

    def _postpone(self, row: sqlite3.Row) -> None:
        if self.clock() - row["first_at"] > GIVE_UP_SECONDS:
            log.error("Event %s was never accepted and is given up.", row["event"])
            self.store.connection.execute("DELETE FROM deliveries WHERE seq = ?", (row["seq"],))
            return
        self._set_due(row["seq"], self.clock() + delay(row["attempts"]), row["attempts"] + 1)

    def _set_due(self, seq: int, due_at: float, attempts: int) -> None:
        self.store.connection.execute(
            "UPDATE deliveries SET due_at = ?, attempts = ? WHERE seq = ?", (due_at, attempts, seq)
        )

    async def _post(self, client: httpx.AsyncClient, body: str) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(self.settings.webhook_secret, body, int(self.clock())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answer = await client.post(self.settings.webhook_url or "", content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("The webhook address does not answer (%s); the event waits.", type(error).__name__)
            return False
        return answer.is_success
