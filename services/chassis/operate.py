"""What an operator does with dead events: see them, and have them tried again."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import inbox
from services.chassis.database import connect
from services.chassis.settings import chassis_settings


def _session() -> Session:
    return Session(connect(chassis_settings().database_url.get_secret_value(), pool_size=1))


def print_dead_events(service: str) -> None:
    """One line for each: id, handler, when it came, what was wrong."""
    with _session() as session:
        rows = inbox.dead(session)
    print(f"{len(rows)} dead events at {service}")
    for row in rows:
        print(f"{row.message_id}  {row.handler}  {row.received_at:%Y-%m-%d %H:%M}  {row.error}")


def replay_dead_events(service: str, message_id: str | None = None) -> None:
    """Has one dead event, or all, handled again by the running replicas."""
    with _session() as session, session.begin():
        count = inbox.replay(session, UUID(message_id) if message_id else None)
    print(f"{count} events at {service} will be tried again")
