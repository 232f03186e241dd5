"""How many activities a staff member has not read, for the bell over every page."""

import asyncio

from gateway.auth import Caller
from gateway.bus import DeadlinePassed, Unavailable
from services.contracts.errors import DomainError
from services.contracts.notifications.activities import ListActivities

PATIENCE_SECONDS = 1.0
"""No page waits longer for its bell."""


async def unread(member: Caller) -> int:
    """Counted no further than 100; 0 where it is not known now, for the page is about something else."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await member.ask(ListActivities(unread_only=True, limit=1))).unread
    except (TimeoutError, DomainError, Unavailable, DeadlinePassed):
        return 0
