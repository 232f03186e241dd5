"""How long and how often a mail is tried, what the SMTP server's replies mean, and who is sent nothing."""

import re
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal


class Priority(IntEnum):
    """Which mails go first where the rate binds, and which may be declined."""

    URGENT = 0
    """Somebody waits for it at a door."""
    ESSENTIAL = 1
    OPTIONAL = 2


# How long and how often

LEASE = timedelta(seconds=40)
"""How long an attempt may take before another replica takes over: its slot's wait, the SMTP server's answers, some."""

PATIENCE = timedelta(hours=24)
"""How long a mail is tried."""

MOST_RESENDS = 10
"""A mail whose sending is interrupted this often is given up: each time it may have arrived."""

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 900, 1800, 3600))
"""Before each further attempt of one mail; the last one for all that follow."""

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0.1, 0.5, 1, 2, 5, 10, 20, 30))
"""For which nothing is sent after the server as a whole failed, and failed again."""

AHEAD = timedelta(seconds=1)
URGENT_AHEAD = timedelta(seconds=10)
"""How far ahead a mail may take its slot. Urgent ones reach further, so they go before all that wait for theirs."""

REMEMBERED = 20
"""How many of its attempts a mail keeps."""


def is_over(created_at: datetime, now: datetime, resends: int) -> bool:
    """Whether a mail is not tried any more."""
    return now - created_at > PATIENCE or resends > MOST_RESENDS


def back_off(failures: int) -> timedelta:
    """How long a mail that failed so often waits."""
    return BACK_OFF[min(max(failures, 1), len(BACK_OFF)) - 1]


def pause(failures: int) -> timedelta:
    """How long nothing is sent to a server that was away so often in a row."""
    return PAUSES[min(max(failures, 1), len(PAUSES)) - 1]


# What replies mean

Stage = Literal["connection", "sender", "recipient", "content"]
"""What the server replied to; the greeting, STARTTLS and the login are the connection's."""

Meaning = Literal["server", "later", "final", "bounced"]
"""The server as a whole is away; this mail is to be tried later; never; nor any other to that address."""

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_DEAD_CODES = (550, 551, 553)


def meaning(stage: Stage, code: int, said: str) -> Meaning:
    """What a reply other than success means (RFC 5321, 4.2; RFC 3463)."""
    if stage in ("connection", "sender") or code == 421:
        return "server"
    if code < 500:
        return "later"
    return "bounced" if stage == "recipient" and _is_dead(code, said) else "final"


def _is_dead(code: int, said: str) -> bool:
    """Whether there is no such mailbox; a refusal for policy's sake says nothing about the address."""
    enhanced = _ENHANCED.match(said)
    if enhanced is None:
        return code in _DEAD_CODES
    return enhanced[2] == "1" or (enhanced[2], enhanced[3]) == ("2", "1")


# Who is sent nothing


def holds_back(reason: str, priority: int) -> bool:
    """Whether a suppressed address is not sent a mail: one that complained still gets what is essential."""
    return reason != "complained" or priority >= Priority.OPTIONAL
