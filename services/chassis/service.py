"""The nameko class that every service is, and what fills its table of contents.

    class Billing(Service):
        name = "billing"

        pay_invoices = rpc(payments.pay)
        on_company_opened = on(CompanyOpened, companies.remember)
        reconcile = worklist(settlement.reconcile, seconds=5, due="due_payments")

What a call is made with is the message that the use case is annotated with, and the entry must bear the message's
wire name. The name of a handler or a timer is its own.
"""

import inspect
import time
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ClassVar

import structlog
from eventlet import GreenPool
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from opentelemetry.trace import SpanKind
from sqlalchemy import Row, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.chassis import gauges, inbox, outbox
from services.chassis.context import CallContext, entered
from services.chassis.events import EventListener
from services.chassis.observe import CALLS, EVENTS, EXPIRED
from services.chassis.parsing import parsed
from services.chassis.process import Chassis, Process
from services.chassis.taking import PART
from services.chassis.timers import Ticker, Worklist, claim_turn
from services.chassis.tracing import span
from services.chassis.wire import Call, Unavailable, answer_body, error_body
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, Event
from services.contracts.principals import Principal

log = structlog.get_logger()

UseCase = Callable[..., Any]
"""A function of `(work, message)`, `(work, event)`, `(work, row id)` or, for `every`, `(work)`."""


def rpc(use_case: UseCase) -> Any:
    """Answers the calls of the message that the use case takes."""
    message_type = _message_type(use_case)

    @wraps(use_case)
    def entrypoint(self: "Service", message: Any, principal: Any = None) -> bytes:
        call = CallContext.from_headers(self.chassis.headers)
        with entered(call), span(f"{self.name}.{message_type.method()}", SpanKind.SERVER, call):
            return self._answer(use_case, message_type, message, principal, call)

    entrypoint.message_type = message_type  # type: ignore[attr-defined]
    return Call.decorator(entrypoint)


def on(event_type: type[Event], use_case: UseCase, concerns: UseCase | None = None) -> Any:
    """Handles an event, once, however often it is delivered.

    `concerns` is a question that spares the rest: an event that it says no to is no more than read.
    """

    @wraps(use_case)
    def entrypoint(self: "Service", body: Any) -> None:
        call = CallContext.from_headers(self.chassis.headers)
        with entered(call), span(f"{self.name}.{entrypoint.__name__}", SpanKind.CONSUMER, call):
            self._handle(entrypoint.__name__, use_case, event_type.model_validate(body), concerns)

    entrypoint.event_type = event_type  # type: ignore[attr-defined]
    return EventListener.decorator(event_type)(entrypoint)


def every(use_case: UseCase, *, seconds: float) -> Any:
    """Runs the use case once per period across all replicas."""

    @wraps(use_case)
    def entrypoint(self: "Service") -> None:
        with entered(CallContext.from_headers({})), self._logged(entrypoint.__name__):
            self._take_turn(entrypoint.__name__, use_case, seconds)

    return Ticker.decorator(seconds / 5)(entrypoint)


def everywhere(use_case: UseCase, *, seconds: float) -> Any:
    """Runs the use case once per period in each replica: for what a process tells of itself."""

    @wraps(use_case)
    def entrypoint(self: "Service") -> None:
        with entered(CallContext.from_headers({})), self._logged(entrypoint.__name__):
            self._process.executor.timer(use_case)

    return Ticker.decorator(seconds)(entrypoint)


def worklist(use_case: UseCase, *, seconds: float, due: str, at_once: int = 1) -> Any:
    """Runs the use case for each due row, every `seconds` and when woken; replicas share the rows.

    Each replica works on up to `at_once` rows at a time, which pays where most of a row's time is an outside call.

    `due` names the look-up that finds them over all companies: `lookups.<due>(limit)` answers
    (company_id, id), without a company where the row belongs to none and the use case enters one. The use case
    locks its row with SKIP LOCKED and leaves it if it is no longer due. Where the look-up answers the row's
    `traceparent` too, the work comes under what the row was made in.
    """

    @wraps(use_case)
    def entrypoint(self: "Service") -> None:
        with self._logged(entrypoint.__name__):
            self._work_off(entrypoint.__name__, use_case, due, at_once)

    return Worklist.decorator(seconds)(entrypoint)


class Service:
    """A service's table of contents. `name` is also its queue's and its database's."""

    name: ClassVar[str]
    chassis: Chassis | Process = Chassis()

    def __init_subclass__(cls) -> None:
        """Gives each entry the name that it has here; that of a call must be its message's."""
        super().__init_subclass__()
        for name, entry in vars(cls).items():
            if not hasattr(entry, ENTRYPOINT_EXTENSIONS_ATTR):
                continue
            message_type = getattr(entry, "message_type", None)
            if message_type and message_type.method() != name:
                raise TypeError(f"{message_type.__name__} is answered by `{message_type.method()}`, not `{name}`")
            entry.__name__ = name

    # What every service does by itself

    @Ticker.decorator(1.0)  # type: ignore[untyped-decorator]
    def retry_failed_events(self) -> None:
        """Gives each failed event whose time has come another attempt."""
        with self._logged("retry_failed_events"):
            found = True
            while found and not self._process.is_stopping:
                with entered(CallContext.from_headers({})):
                    found = self._process.executor.retry_due_event(self._handler)

    @Ticker.decorator(gauges.EVERY)  # type: ignore[untyped-decorator]
    def measure_messages(self) -> None:
        """Keeps the gauges of events that wait to be published, or to be handled again."""
        with self._logged("measure_messages"), Session(self._process.engine) as session:
            gauges.OUTBOX.read(session)
            gauges.INBOX.read(session)

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

    # How the entries run

    @property
    def _process(self) -> Process:
        return typing.cast(Process, self.chassis)

    def _answer(
        self, use_case: UseCase, message_type: type[Ask[Any]], message: Any, principal: Any, call: CallContext
    ) -> bytes:
        method = message_type.method()
        began = time.perf_counter()
        outcome = "answered"
        try:
            if call.deadline < time.time():
                EXPIRED.labels(method).inc()
                raise Unavailable
            ask = parsed(message_type, message)
            who = parsed(Principal, principal) if principal is not None else None
            return answer_body(self._process.executor.answer(use_case, ask, who))
        except DomainError as refusal:
            outcome = refusal.code
            return error_body(refusal)
        except Unavailable as error:
            outcome = "unavailable"
            return error_body(error)
        except Exception as error:
            outcome = "failed"
            log.error("a call failed", method=method, exc_info=error)
            return error_body(error)
        finally:
            CALLS.labels(method, outcome).observe(time.perf_counter() - began)

    def _handle(self, name: str, use_case: UseCase, event: Event, concerns: UseCase | None) -> None:
        self._process.executor.event(name, use_case, event, concerns)
        EVENTS.labels(name).observe(max(0.0, time.time() - event.made_at()))

    def _handler(self, name: str) -> tuple[type[Event], UseCase] | None:
        """The event type and the use case of a handler by its name, as the inbox keeps it."""
        entrypoint = getattr(type(self), name, None)
        event_type = getattr(entrypoint, "event_type", None)
        return (event_type, inspect.unwrap(entrypoint)) if entrypoint and event_type else None

    def _take_turn(self, name: str, use_case: UseCase, seconds: float) -> None:
        with Session(self._process.engine) as session, session.begin():
            if claim_turn(session, name, seconds):
                self._process.executor.timer(use_case)

    def _work_off(self, name: str, use_case: UseCase, due: str, at_once: int) -> None:
        lanes = GreenPool(at_once)
        try:
            self._fill(lanes, name, use_case, due)
        finally:
            # A look that failed leaves lanes at work as well: the next turn begins with all of them free.
            lanes.waitall()

    def _fill(self, lanes: GreenPool, name: str, use_case: UseCase, due: str) -> None:
        found = f"SELECT * FROM lookups.{due}(:most)"  # noqa: S608  # a name of the service's own
        look_up = text(found).columns(company_id=Uuid(), id=Uuid())
        taking = self._process.entrypoint.taking
        taking.begin()
        while not self._process.is_stopping:
            look = taking.look
            rows = self._process.executor.found(look_up, most=look)
            taken = taking.take(rows)
            for row in taken:
                # It waits for a free lane; so the lanes are never empty between one look and the next.
                lanes.spawn_n(self._work_on, name, use_case, row)
            if not taken or (len(taken) < PART and len(rows) < look):
                break

    def _work_on(self, name: str, use_case: UseCase, row: Row[Any]) -> None:
        """A process that is being stopped leaves the rest to others: it finishes only what is under way."""
        if self._process.is_stopping:
            return
        call = CallContext.from_headers({"traceparent": getattr(row, "traceparent", None)})
        trying = self._process.entrypoint.taking.trying(row)
        with entered(call), self._logged(name), trying, span(f"{self.name}.{name}", SpanKind.INTERNAL, call):
            self._process.executor.due(use_case, row.company_id, row.id)

    @contextmanager
    def _logged(self, name: str) -> Iterator[None]:
        """A timer that fails says so and runs again at its next tick."""
        try:
            yield
        except Exception as error:
            log.error("a timer failed", timer=name, exc_info=error)


def _message_type(use_case: UseCase) -> type[Ask[Any]]:
    """The class that annotates the last parameter."""
    name = list(inspect.signature(use_case).parameters)[-1]
    message_type: type[Ask[Any]] = typing.get_type_hints(use_case)[name]
    return message_type
