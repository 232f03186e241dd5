"""The nameko class that every service is, and the decorators that fill its table of contents.

    class Billing(Service):
        name = "billing"

        @rpc
        def pay_invoices(self, work: Work, command: PayInvoices) -> Steps[PaymentView]:
            return payments.pay(work, command)

        @on(CompanyOpened)
        def on_company_opened(self, work: Work, event: CompanyOpened) -> None:
            companies.remember(work, event)

        @worklist(seconds=5, due="due_payments")
        def reconcile(self, work: Work, payment_id: UUID) -> Steps[None]:
            return payments.reconcile(work, payment_id)

A method's body is one line: it names the use case. What a call is made with is its message's class, and
the method must bear the message's wire name.
"""

import inspect
import time
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import structlog
from eventlet import GreenPool
from opentelemetry.trace import SpanKind
from sqlalchemy import Uuid, column, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.chassis import inbox, outbox
from services.chassis.context import CallContext, entered
from services.chassis.events import EventListener
from services.chassis.observe import CALLS, EVENTS, EXPIRED, OUTBOX, span
from services.chassis.parsing import parsed
from services.chassis.process import Chassis, Process
from services.chassis.timers import Ticker, claim_turn
from services.chassis.wire import Call, Unavailable, answer_body, error_body
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, Event
from services.contracts.principals import Principal

log = structlog.get_logger()

Method = TypeVar("Method", bound=Callable[..., Any])

WORKLIST_BATCH = 100


def rpc(method: Method) -> Method:
    """Makes the method answer its message's calls."""
    message_type: type[Ask[Any]] = _message_type(method)
    if method.__name__ != message_type.method():
        raise TypeError(f"{message_type.__name__} is answered by `{message_type.method()}`, not `{method.__name__}`")

    @wraps(method)
    def entrypoint(self: "Service", message: Any, principal: Any = None) -> bytes:
        call = CallContext.from_headers(self.chassis.headers)
        with entered(call), span(f"{self.name}.{method.__name__}", SpanKind.SERVER, call):
            return self._answer(method, message_type, message, principal, call)

    entrypoint.message_type = message_type  # type: ignore[attr-defined]
    return typing.cast(Method, Call.decorator(entrypoint))


def on(event_type: type[Event]) -> Callable[[Method], Method]:
    """Makes the method handle an event, once, however often it is delivered."""

    def decorate(method: Method) -> Method:
        @wraps(method)
        def entrypoint(self: "Service", body: Any) -> None:
            call = CallContext.from_headers(self.chassis.headers)
            with entered(call), span(f"{self.name}.{method.__name__}", SpanKind.CONSUMER, call):
                self._handle(method, event_type.model_validate(body))

        entrypoint.event_type = event_type  # type: ignore[attr-defined]
        return typing.cast(Method, EventListener.decorator(event_type)(entrypoint))

    return decorate


def every(seconds: float) -> Callable[[Method], Method]:
    """Runs the method once per period across all replicas."""

    def decorate(method: Method) -> Method:
        @wraps(method)
        def entrypoint(self: "Service") -> None:
            with entered(CallContext.from_headers({})), self._logged(method.__name__):
                self._take_turn(method, seconds)

        return typing.cast(Method, Ticker.decorator(seconds / 5)(entrypoint))

    return decorate


def worklist(seconds: float, due: str, at_once: int = 1) -> Callable[[Method], Method]:
    """Runs the method for each due row, every `seconds` and when woken; replicas share the rows.

    Each replica works on up to `at_once` rows at a time, which pays where most of a row's time is an outside call.

    `due` names the look-up that finds them over all companies: `lookups.<due>(limit)` answers
    (company_id, id), without a company where the row belongs to none and the method enters one. The method
    locks its row with SKIP LOCKED and leaves it if it is no longer due.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def entrypoint(self: "Service") -> None:
            with self._logged(method.__name__):
                self._work_off(method, due, at_once)

        return typing.cast(Method, Ticker.decorator(seconds)(entrypoint))

    return decorate


class Service:
    """A service's table of contents. `name` is also its queue's and its database's."""

    name: ClassVar[str]
    chassis: Chassis | Process = Chassis()

    # What every service does by itself

    @Ticker.decorator(1.0)  # type: ignore[untyped-decorator]
    def retry_failed_events(self) -> None:
        """Gives each failed event whose time has come another attempt."""
        with self._logged("retry_failed_events"):
            found = True
            while found:
                with entered(CallContext.from_headers({})):
                    found = self._process.executor.retry_due_event(self._handler)

    @Ticker.decorator(15.0)  # type: ignore[untyped-decorator]
    def measure_outbox(self) -> None:
        """Keeps the gauge of unpublished events."""
        with self._logged("measure_outbox"), Session(self._process.engine) as session:
            OUTBOX.set(outbox.unpublished(session))

    @Ticker.decorator(3600.0)  # type: ignore[untyped-decorator]
    def prune_messages(self) -> None:
        """Forgets inbox and outbox rows whose time has passed."""
        with self._logged("prune_messages"), Session(self._process.engine) as session, session.begin():
            inbox.prune(session)
            outbox.prune(session)

    @Call.decorator  # type: ignore[untyped-decorator]
    def ping(self, message: Any, principal: Any = None) -> bytes:
        """Says that this replica takes calls and reaches its database; readiness is made of it."""
        try:
            with Session(self._process.engine) as session:
                session.execute(text("SELECT 1"))
        except DBAPIError:
            return error_body(Unavailable())
        return b'{"result":{"name":"%b"},"error":null}' % self.name.encode()

    # How the decorated methods run

    @property
    def _process(self) -> Process:
        return typing.cast(Process, self.chassis)

    def _answer(
        self, method: Callable[..., Any], message_type: type[Ask[Any]], message: Any, principal: Any, call: CallContext
    ) -> bytes:
        began = time.perf_counter()
        outcome = "answered"
        try:
            if call.deadline < time.time():
                EXPIRED.labels(method.__name__).inc()
                raise Unavailable
            ask = parsed(message_type, message)
            who = parsed(Principal, principal) if principal is not None else None
            return answer_body(self._process.executor.answer(self._bound(method), ask, who))
        except DomainError as refusal:
            outcome = refusal.code
            return error_body(refusal)
        except Unavailable as error:
            outcome = "unavailable"
            return error_body(error)
        except Exception as error:
            outcome = "failed"
            log.error("a call failed", method=method.__name__, exc_info=error)
            return error_body(error)
        finally:
            CALLS.labels(method.__name__, outcome).observe(time.perf_counter() - began)

    def _handle(self, method: Callable[..., Any], event: Event) -> None:
        self._process.executor.event(method.__name__, self._bound(method), event)
        EVENTS.labels(method.__name__).observe(max(0.0, time.time() - event.made_at()))

    def _handler(self, name: str) -> tuple[type[Event], Callable[..., Any]] | None:
        """The event type and the use case of a handler by its name, as the inbox keeps it."""
        entrypoint = getattr(type(self), name, None)
        event_type = getattr(entrypoint, "event_type", None)
        return (event_type, self._bound(inspect.unwrap(entrypoint))) if entrypoint and event_type else None

    def _take_turn(self, method: Callable[..., Any], seconds: float) -> None:
        with Session(self._process.engine) as session, session.begin():
            if claim_turn(session, method.__name__, seconds):
                self._process.executor.timer(self._bound(method))

    def _work_off(self, method: Callable[..., Any], due: str, at_once: int) -> None:
        look_up = getattr(func.lookups, due)(WORKLIST_BATCH).table_valued(
            column("company_id", Uuid), column("id", Uuid)
        )
        lanes = GreenPool(at_once)
        while True:
            with Session(self._process.engine) as session:
                rows = session.execute(select(look_up.c.company_id, look_up.c.id)).all()
            worked = list(lanes.starmap(partial(self._work_on, method), rows))
            if len(rows) < WORKLIST_BATCH or not any(worked):
                return

    def _work_on(self, method: Callable[..., Any], company_id: UUID | None, row_id: UUID) -> bool:
        """Whether it went well: rows that all fail wait for the next tick, or they would be tried without a pause."""
        with entered(CallContext.from_headers({})), self._logged(method.__name__):
            self._process.executor.due(self._bound(method), company_id, row_id)
            return True
        return False

    def _bound(self, method: Callable[..., Any]) -> Callable[..., Any]:
        return lambda work, *message: method(self, work, *message)

    @contextmanager
    def _logged(self, name: str) -> Iterator[None]:
        """A timer that fails says so and runs again at its next tick."""
        try:
            yield
        except Exception as error:
            log.error("a timer failed", timer=name, exc_info=error)


def _message_type(method: Callable[..., Any]) -> Any:
    """The class that annotates the last parameter."""
    name = list(inspect.signature(method).parameters)[-1]
    return typing.get_type_hints(method)[name]
