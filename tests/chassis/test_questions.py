"""A question sees one company, within its deadline, and leaves its connection as it found it."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from deploy.local.stack import Stack
from services.chassis.context import CallContext, entered
from services.chassis.database import connect, for_reading, reading_session, tenant_session

SEEN = text("SELECT count(*) FROM note")
ADDED = text("INSERT INTO note (id, company_id, text, status) VALUES (:id, :company, 'kept', 'done')")


@pytest.fixture
def engine(migrated: Stack) -> Iterator[Engine]:
    """One connection to the sample service's database, as the service."""
    engine = connect(migrated.database("sample").url, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture
def company(engine: Engine) -> UUID:
    """A company with one note."""
    company = uuid4()
    with tenant_session(engine, company) as session:
        session.execute(ADDED, {"id": uuid4(), "company": company})
        session.commit()
    return company


def test_a_question_sees_its_company_and_no_other(engine: Engine, company: UUID) -> None:
    reading = for_reading(engine)
    for who, seen in ((company, 1), (uuid4(), 0), (None, 0)):
        with reading_session(reading, who) as session:
            assert session.scalar(SEEN) == seen
            assert session.scalar(SEEN) == seen


def test_a_question_holds_no_transaction_open(engine: Engine, company: UUID) -> None:
    with reading_session(for_reading(engine), company) as session:
        first, second = (session.scalar(text("SELECT pg_current_xact_id()")) for _ in range(2))
    assert first != second


def test_a_question_leaves_its_connection_without_a_company(engine: Engine, company: UUID) -> None:
    with reading_session(for_reading(engine), company) as session:
        session.scalar(SEEN)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('portico.company_id', true)")) == ""


def test_a_transaction_that_says_nothing_leaves_its_connection_without_a_company(engine: Engine, company: UUID) -> None:
    with tenant_session(engine, company) as session:
        session.connection()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('portico.company_id', true)")) == ""
        assert connection.scalar(SEEN) == 0


def test_what_follows_a_question_on_its_connection_is_undone_when_it_fails(engine: Engine, company: UUID) -> None:
    with reading_session(for_reading(engine), company) as session:
        session.scalar(SEEN)
    with tenant_session(engine, company) as session:
        session.execute(ADDED, {"id": uuid4(), "company": company})
        session.rollback()
        assert session.scalar(SEEN) == 1


def test_a_question_is_cut_off_at_its_deadline(engine: Engine, company: UUID) -> None:
    late = CallContext(request_id="late", deadline=time.time() + 0.1)
    with (
        entered(late),
        reading_session(for_reading(engine), company) as session,
        pytest.raises(OperationalError, match="statement timeout"),
    ):
        session.scalar(text("SELECT pg_sleep(20)"))
