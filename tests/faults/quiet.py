"""Waits until a Portico that is left alone has nothing more to do."""

import time
from collections.abc import Callable

import httpx
import psycopg2

from tests.faults.evidence import Evidence

LONGEST_SECONDS = 420.0
_STEP = 1.0

OPEN_PAYMENTS = "SELECT status, count(*) FROM payment WHERE status NOT IN ('succeeded', 'failed') GROUP BY status"
OPEN_WEBHOOKS = "SELECT count(*) FROM provider_event WHERE state = 'received' HAVING count(*) > 0"
OPEN_MAILS = "SELECT status, count(*) FROM mail WHERE next_attempt_at IS NOT NULL GROUP BY status"
UNSEALED = "SELECT count(*) FROM pending_seal HAVING count(*) > 0"
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL HAVING count(*) > 0"
FAILED_EVENTS = "SELECT handler, count(*) FROM inbox WHERE state = 'failed' GROUP BY handler"
UNHANDLED = """
    SELECT payload ->> 'id' FROM outbox
    WHERE type IN ('payment_succeeded', 'proposal_signed', 'request_created', 'person_invited')
"""


def wait(evidence: Evidence, say: Callable[[str], None]) -> tuple[float, list[str]]:
    """How many seconds it took, and what was still to be done when the time was over."""
    began = time.monotonic()
    said = ""
    while left := _left(evidence):
        if time.monotonic() - began > LONGEST_SECONDS:
            return LONGEST_SECONDS, [f"still not done after {LONGEST_SECONDS:g} s: {each}" for each in left]
        if (text := "; ".join(left)) != said:
            say(f"Waiting for {text}")
            said = text
        time.sleep(_STEP)
    return round(time.monotonic() - began, 1), []


def _left(evidence: Evidence) -> list[str]:
    try:
        return _unfinished(evidence)
    except (psycopg2.OperationalError, httpx.TransportError) as problem:
        return [f"an answer ({type(problem).__name__})"]


def _unfinished(evidence: Evidence) -> list[str]:
    found = {
        "payments": evidence.rows("billing", OPEN_PAYMENTS),
        "webhooks": evidence.rows("billing", OPEN_WEBHOOKS),
        "mails": evidence.rows("notifications", OPEN_MAILS),
        "seals": evidence.rows("proposals", UNSEALED),
        "events to be published": evidence.everywhere(UNPUBLISHED),
        "events to be handled again": evidence.everywhere(FAILED_EVENTS),
        "events to arrive": _unhandled(evidence),
        "webhooks to be delivered": evidence.undelivered_webhooks(),
    }
    return [f"{what}: {left}" for what, left in found.items() if left]


def _unhandled(evidence: Evidence) -> int:
    """Published events that notifications has not met."""
    published = {row[1] for row in evidence.everywhere(UNHANDLED)}
    met = {str(row[0]) for row in evidence.rows("notifications", "SELECT message_id FROM inbox")}
    return len(published - met)
