"""Connections to the service's database, and sessions that see one company only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from services.chassis.context import seconds_left
from services.chassis.tracing import watch_statements

SET_UNIT = (
    "SELECT set_config('portico.company_id', '{company}', true), set_config('statement_timeout', '{limit}', true)"
)


def connect(url: str, pool_size: int = 20) -> Engine:
    """An engine on psycopg2, which cooperates with eventlet by itself and costs the least CPU a query."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg2://", 1),
        pool_size=pool_size,
        # None comes and goes with a burst: opening one costs more than fifty queries.
        max_overflow=0,
        pool_timeout=5,
        pool_use_lifo=True,
        # A statement that fails is logged, and its values are people's data and the hashes of their secrets.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": "-c lock_timeout=5000 -c timezone=UTC"},
    )
    watch_statements(engine)
    event.listen(engine, "before_cursor_execute", _begin_unit, retval=True)
    event.listen(engine, "checkin", _end_unit)
    return engine


class _TenantSession(Session):
    """One class to listen to: a listener of each session's own costs more than the session."""


class _ReadingSession(Session):
    """The same for sessions without transactions."""


@contextmanager
def tenant_session(engine: Engine, company_id: UUID | None) -> Iterator[Session]:
    """A session whose every transaction sees the rows of one company, or of none.

    The row-level-security policies compare with `portico.company_id`; it is set with each transaction's first
    statement, in one round trip, and ends with it, so a pooled connection never keeps the last tenant.
    """
    with _TenantSession(engine, info={"company_id": company_id}) as session:
        yield session


def for_reading(engine: Engine) -> Engine:
    """The same connections, for `reading_session` alone."""
    reading = engine.execution_options()
    event.listen(reading, "before_cursor_execute", _with_unit, retval=True)
    return reading


@contextmanager
def reading_session(reading: Engine, company_id: UUID | None) -> Iterator[Session]:
    """A session for questions, in which each statement is a transaction of its own and brings its company along.

    So a question of one statement costs one round trip instead of four, and holds nothing while it thinks. At
    read committed each statement sees its own snapshot in any case.
    """
    with _ReadingSession(reading, info={"company_id": company_id}) as session:
        yield session


def _with_unit(conn: Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
    # Statements that are sent together are one transaction, so what is set locally holds for just these.
    return f"{_unit(conn.info['unit'])}; {statement}", parameters


def _begin_unit(
    conn: Connection, cursor: Any, statement: str, parameters: Any, _: object, many: bool
) -> tuple[str, Any]:
    info = conn.info.pop("beginning", None)
    if info is None:
        return statement, parameters
    if many:
        cursor.execute(_unit(info))
        return statement, parameters
    return f"{_unit(info)}; {statement}", parameters


@event.listens_for(_ReadingSession, "after_begin")
def _begin_reading(session: Session, _: SessionTransaction | None, connection: Connection) -> None:
    connection.info["unit"] = session.info
    # The driver's own flag, which costs nothing; SQLAlchemy's isolation level would ask the database each time.
    _driver(connection.connection).autocommit = True


def _end_unit(driver: Any, record: ConnectionPoolEntry) -> None:
    """Gives a connection back as it was; there is none where it was lost."""
    record.info.pop("beginning", None)
    if driver is not None:
        driver.autocommit = False


def _driver(connection: PoolProxiedConnection) -> Any:
    return connection.dbapi_connection


def enter_company(session: Session, company_id: UUID) -> None:
    """Gives a session that began without a company the one that a look-up found; never another after that."""
    if session.info["company_id"] not in (None, company_id):
        raise PermissionError("this session already works for another company")
    session.info["company_id"] = company_id
    if isinstance(session, _TenantSession) and session.in_transaction():
        _set_unit(session, None, session.connection())


@event.listens_for(_TenantSession, "after_begin")
def _set_unit(session: Session, _: SessionTransaction | None, connection: Connection) -> None:
    connection.info["beginning"] = session.info


def _unit(info: dict[str, Any]) -> str:
    """The statement that sets the company and the time left; both are of types that cannot hold SQL."""
    company: UUID | None = info["company_id"]
    return SET_UNIT.format(company=company or "", limit=max(1, int(seconds_left() * 1000)))
