"""Runs use cases: opens their transactions, commits them, and makes each message take effect once."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, cast
from uuid import UUID

import structlog
from eventlet import sleep
from pydantic import BaseModel
from sqlalchemy import Engine, Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from services.chassis import inbox
from services.chassis.context import current, seconds_left
from services.chassis.database import for_reading, reading_session, tenant_session
from services.chassis.observe import DEAD_EVENTS
from services.chassis.tables import InboxRow
from services.chassis.tracing import calling_outside
from services.chassis.wire import Unavailable
from services.chassis.work import Steps, Work
from services.contracts.errors import conflict, forbidden
from services.contracts.messages import Ask, Command, Event, Query
from services.contracts.principals import Principal

log = structlog.get_logger()

UseCase = Callable[[Work, Any], Any]

SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
"""Who acts where a service acts by itself."""

RETRIED_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL's codes of a serialisation failure, a deadlock and a lock not had in time: nothing happened."""

POLL_SECONDS = 0.1


def system_principal(company_id: UUID) -> Principal:
    """The principal of an event's handler or a timer."""
    return Principal(kind="system", id=SYSTEM_ID, company_id=company_id, name="Portico")


class Neighbours(Protocol):
    """How a use case asks another service."""

    def __call__(self, message: Ask[Any], work: Work) -> Any: ...


class Executor:
    """One per process. `committed` is told after each commit what was announced and woken."""

    def __init__(
        self,
        engine: Engine,
        hash_key: bytes,
        committed: Callable[[Work], None] = lambda _: None,
        ask: Neighbours | None = None,
    ) -> None:
        self._engine = engine
        self._reading = for_reading(engine)
        self._hash_key = hash_key
        self._committed = committed
        self._ask = ask

    # Calls

    def answer(self, use_case: UseCase, message: Ask[Any], principal: Principal | None) -> BaseModel:
        """Carries out a call; tries again, within its deadline, while the database is away or in a deadlock."""
        _refuse_viewer(message, principal)
        has_run = False

        def run(work: Work, message: Ask[Any]) -> Any:
            nonlocal has_run
            has_run = True
            return use_case(work, message)

        while True:
            try:
                if isinstance(message, Command) and message.remembered:
                    return self._remembered(run, message, principal, resuming=has_run)
                return self._plain(run, message, principal)
            except (DBAPIError, PoolTimeoutError) as error:
                if not _passing(error):
                    raise
                if seconds_left() < 1:
                    raise Unavailable from error
                log.warning("the database was away; trying again", error=type(error).__name__)
                sleep(0.25)

    def _plain(self, use_case: UseCase, message: Ask[Any], principal: Principal | None) -> BaseModel:
        """A query, or a command whose answer is a secret: nothing of it is kept."""
        unit = self._question if isinstance(message, Query) else self._unit
        with unit(principal) as work:
            answer: BaseModel = self._run(work, use_case(work, message))
            self._commit(work)
            return answer

    def _remembered(
        self, use_case: UseCase, message: Command[Any], principal: Principal | None, *, resuming: bool
    ) -> BaseModel:
        """`resuming`: what this message has begun, this very call began, and the database broke it off."""
        handler = message.method()
        digest = inbox.payload_hash(self._hash_key, message, principal.id if principal else None)
        while True:
            with self._unit(principal) as work:
                met = inbox.begin(work.session, message.id, handler, digest)
                if met is None or self._may_resume(met, resuming):
                    answer: BaseModel = self._run(work, use_case(work, message))
                    inbox.answered(work.session, message.id, handler, answer.model_dump(mode="json"))
                    self._commit(work)
                    return answer
                if met.state == "answered":
                    return _read_answer(message, met)
            self._wait_for_the_first()

    def _may_resume(self, met: InboxRow, resuming: bool) -> bool:
        """A command whose first run has ended without an answer: its process died, or its caller gave up.

        A redelivered message is one whose consumer the broker lost. Should that run still be going on, the
        outside system's idempotency keys and the use case's row locks make the two agree.
        """
        if met.state != "started":
            return False
        expired = met.due_at is None or met.due_at <= datetime.now(UTC)
        return resuming or expired or current().redelivered

    def _wait_for_the_first(self) -> None:
        if seconds_left() < POLL_SECONDS:
            raise conflict("This is already being carried out.", reason="in_progress")
        sleep(POLL_SECONDS)

    # Events, timers

    def event(self, handler: str, use_case: UseCase, event: Event, concerns: UseCase | None = None) -> None:
        """Handles an event once; where the handler raises it is kept for a later attempt.

        What concerns nobody leaves no trace. Raises only where a failure could not be recorded, the database being
        away.
        """
        digest = inbox.payload_hash(self._hash_key, event, None)
        principal = system_principal(event.company_id)
        try:
            if concerns and not self._answered(concerns, principal, event):
                return
            with self._unit(principal) as work:
                work.since = event.made_at()
                if inbox.take(work.session, event.id, handler, digest) is None:
                    use_case(work, event)
                    self._commit(work)
        except (DBAPIError, PoolTimeoutError) as error:
            if _passing(error):
                raise Unavailable from error
            self._event_failed(handler, event, digest, error)
        except Exception as error:
            self._event_failed(handler, event, digest, error)

    def _answered(self, question: UseCase, principal: Principal, event: Event) -> Any:
        with self._question(principal) as work:
            return question(work, event)

    def retry_due_event(self, find: Callable[[str], tuple[type[Event], UseCase] | None]) -> bool:
        """Tries one failed event again, if one is due; answers whether there was one."""
        with Session(self._engine) as session:
            due = inbox.next_due(session)
        found = find(due.handler) if due else None
        if due is None or found is None:
            return False
        event = found[0].model_validate(due.event)
        try:
            with self._unit(system_principal(event.company_id)) as work:
                work.since = event.made_at()
                if inbox.claim_due(work.session, due):
                    found[1](work, event)
                    inbox.answered(work.session, event.id, due.handler, None)
                    self._commit(work)
        except Exception as error:
            self._event_failed(due.handler, event, due.payload_hash, error)
        return True

    def timer(self, use_case: Callable[[Work], Any]) -> None:
        """Runs a timer's use case, in a unit that works for no company until it enters one."""
        with self._unit(None) as work:
            self._run(work, use_case(work))
            self._commit(work)

    def found(self, look_up: Executable, most: int) -> Sequence[Row[Any]]:
        """The rows of a look-up over all companies, `most` of them, asked for without a transaction."""
        with self._question(None) as work:
            return work.session.execute(look_up, {"most": most}).all()

    def due(self, use_case: UseCase, company_id: UUID | None, row_id: UUID) -> None:
        """Works on one due row of a worklist, in its tenant's unit; a row of no company is worked on for none."""
        with self._unit(system_principal(company_id) if company_id else None) as work:
            self._run(work, use_case(work, row_id))
            self._commit(work)

    def _event_failed(self, handler: str, event: Event, digest: bytes, error: Exception) -> None:
        with Session(self._engine) as session, session.begin():
            plain = event.model_dump(mode="json")
            state = inbox.failed(session, event.id, handler, digest, plain, _told(error))
        self._log_failure(handler, event, error, state)

    def _log_failure(self, handler: str, event: Event, error: Exception, state: str) -> None:
        if state == "dead":
            DEAD_EVENTS.labels(handler).inc()
        log.error("an event's handler failed", handler=handler, event_id=str(event.id), state=state, exc_info=error)

    # Transactions

    @contextmanager
    def _unit(self, principal: Principal | None) -> Iterator[Work]:
        """A unit of work; what is not committed inside is rolled back."""
        with tenant_session(self._engine, principal.company_id if principal else None) as session:
            yield Work(session, principal, self._ask_neighbour)

    @contextmanager
    def _question(self, principal: Principal | None) -> Iterator[Work]:
        """A unit that only reads: without a transaction around its statements."""
        with reading_session(self._reading, principal.company_id if principal else None) as session:
            yield Work(session, principal, self._ask_neighbour)

    def _run(self, work: Work, result: Any) -> Any:
        """Takes a use case in steps through its outside calls; answers what the use case answers."""
        if not inspect.isgenerator(result):
            return result
        steps = cast(Steps[Any], result)
        try:
            outside = next(steps)
            while True:
                self._commit(work)
                try:
                    with calling_outside(outside):
                        outcome = outside()
                except Exception as error:
                    self._refuse_open_transaction(work)
                    outside = steps.throw(error)
                else:
                    self._refuse_open_transaction(work)
                    outside = steps.send(outcome)
        except StopIteration as end:
            return end.value

    def _refuse_open_transaction(self, work: Work) -> None:
        if work.session.in_transaction():
            raise RuntimeError("an outside call touched the database: a transaction was open while it ran")

    def _commit(self, work: Work) -> None:
        if work.session.in_transaction():
            work.session.commit()
        self._committed(work)
        work.announced = False
        work.woken = set()

    def _ask_neighbour(self, message: Ask[Any], work: Work) -> Any:
        if self._ask is None:
            raise LookupError("this executor has no neighbours")
        return self._ask(message, work)


def _refuse_viewer(message: Ask[Any], principal: Principal | None) -> None:
    """Who looks at a portal as somebody else changes nothing there, whatever that person may do."""
    if isinstance(message, Command) and not message.by_viewer and principal and principal.viewer:
        raise forbidden("You are viewing this portal as a customer: nothing can be changed.", reason="view_only")


def _read_answer(message: Ask[Any], met: InboxRow) -> BaseModel:
    answer: BaseModel = message.answer().model_validate(met.answer)
    return answer


def _passing(error: Exception) -> bool:
    """Whether the database was away or undid the transaction by itself, so that trying again is right."""
    if isinstance(error, PoolTimeoutError):
        return True
    assert isinstance(error, DBAPIError)
    code = getattr(error.orig, "pgcode", None)
    lost = error.connection_invalidated or code is None or code[:2] in ("08", "57")
    return (lost and type(error).__name__ in ("OperationalError", "InterfaceError")) or code in RETRIED_STATES


def _told(error: Exception) -> str:
    """An error for the inbox; its kind alone where it comes from a driver, whose text quotes parameters."""
    return type(error).__name__ if isinstance(error, DBAPIError) else repr(error)[:2000]
