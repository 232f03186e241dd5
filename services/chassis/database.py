"""Connections to the service's database, and sessions that see one company only."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, SessionTransaction

from services.chassis.context import seconds_left
from services.chassis.observe import watch_statements

SET_UNIT = text(
    "SELECT set_config('portico.company_id', :company, true), set_config('statement_timeout', :limit, true)"
)


def connect(url: str, pool_size: int = 10) -> Engine:
    """An engine on psycopg2, which cooperates with eventlet by itself and costs the least CPU a query."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg2://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_use_lifo=True,
        # A statement that fails is logged, and its values are people's data and the hashes of their secrets.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": "-c lock_timeout=5000 -c timezone=UTC"},
    )
    watch_statements(engine)
    return engine


class _TenantSession(Session):
    """One class to listen to: a listener of each session's own costs more than the session."""


@contextmanager
def tenant_session(engine: Engine, company_id: UUID | None) -> Iterator[Session]:
    """A session whose every transaction sees the rows of one company, or of none.

    The row-level-security policies compare with `portico.company_id`; it is set as each transaction begins
    and ends with it, so a pooled connection never keeps the last tenant.
    """
    with _TenantSession(engine, info={"company_id": company_id}) as session:
        yield session


def enter_company(session: Session, company_id: UUID) -> None:
    """Gives a session that began without a company the one that a look-up found; never another after that."""
    if session.info["company_id"] not in (None, company_id):
        raise PermissionError("this session already works for another company")
    session.info["company_id"] = company_id
    if session.in_transaction():
        _set_unit(session, None, session.connection())


@event.listens_for(_TenantSession, "after_begin")
def _set_unit(session: Session, _: SessionTransaction | None, connection: Connection) -> None:
    limit = str(max(1, int(seconds_left() * 1000)))
    connection.execute(SET_UNIT, {"company": str(session.info["company_id"] or ""), "limit": limit})
