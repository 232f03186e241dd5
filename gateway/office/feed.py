"""How many activities a staff member has not read, for the bell over every page."""

import asyncio

import structlog

from gateway.auth import Caller
from gateway.wire import DeadlinePassed, ServiceFailed, Unavailable
from services.contracts.errors import DomainError
from services.contracts.notifications.activities import ListActivities

log = structlog.get_logger()

PATIENCE_SECONDS = 1.0
"""No page waits longer for its bell."""


async def unread(member: Caller) -> int:
    """Counted no further than 100; 0 where it is not known now, for the page is about something else."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await member.ask(ListActivities(unread_only=True, limit=1))).unread
    except (TimeoutError, DomainError, Unavailable, DeadlinePassed):
        return 0
    except ServiceFailed as error:
        log.warning("the bell does not know what is unread", problem=repr(error))
        return 0
