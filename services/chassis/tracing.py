"""Spans: recorded where an OTLP endpoint is set, else the caller's trace is only carried on.

A span holds names of methods, handlers, functions and tables, and never a value: neither a statement's parameters nor
an error's text, which may quote what people typed.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import cache, partial
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import Engine, event

from services.chassis.context import CallContext

Headers = dict[str, Any]

tracer = trace.get_tracer("portico")


def start_tracing(service: str) -> None:
    """Has spans recorded and sent, where the environment names an endpoint."""
    if is_tracing():
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)


@cache
def is_tracing() -> bool:
    """Whether this process records spans; what they cost is skipped where it does not."""
    return bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))


def span(name: str, kind: SpanKind, call: CallContext) -> AbstractContextManager[None]:
    """A span under the caller's; without an exporter it only carries the caller's trace on, if there is one."""
    return _under_caller(name, kind, call) if call.traceparent or is_tracing() else nullcontext()


@contextmanager
def _under_caller(name: str, kind: SpanKind, call: CallContext) -> Iterator[None]:
    token = otel_context.attach(propagate.extract(_carrier(call.traceparent)))
    try:
        with _entered(name, kind, {"portico.request_id": call.request_id}):
            yield
    finally:
        otel_context.detach(token)


@contextmanager
def _entered(name: str, kind: SpanKind, attributes: Mapping[str, str]) -> Iterator[None]:
    with tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield
        except Exception as error:
            made.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def calling(name: str) -> AbstractContextManager[None]:
    """A span of a call to a neighbour, while a trace is being recorded."""
    return _entered(name, SpanKind.CLIENT, {}) if _is_recording() else nullcontext()


def calling_outside(call: Callable[[], Any]) -> AbstractContextManager[None]:
    """The same of a call to an outside system, named by the function that makes it."""
    return calling(_name(call)) if _is_recording() else nullcontext()


def _is_recording() -> bool:
    return is_tracing() and trace.get_current_span().is_recording()


def _name(call: Callable[[], Any]) -> str:
    """Such as `settlement._confirm`: a step is a function within its use case, or a partial of one beside it."""
    made = call.func if isinstance(call, partial) else call
    return f"{made.__module__.rpartition('.')[2]}.{made.__qualname__.partition('.<locals>')[0]}"


def carried() -> Headers:
    """What a message takes along for its receiver's spans to come under the present one; nothing outside a trace."""
    headers: Headers = {}
    propagate.inject(headers)
    return headers


def traceparent() -> str | None:
    """The present span, for a row that is worked on later; None outside a trace."""
    return carried().get("traceparent")


def announcing(name: str, headers: Headers, since: datetime) -> Span:
    """A span of an event's way out, from when it was written down until it is ended, which is when it is published."""
    under = propagate.extract(_carrier(headers.get("traceparent")))
    began = int(since.timestamp() * 1e9)
    return tracer.start_span(name, under, SpanKind.PRODUCER, start_time=began)


def with_span(headers: Headers, made: Span) -> Headers:
    """The headers of an event whose handlers come under this span."""
    propagate.inject(headers := dict(headers), trace.set_span_in_context(made))
    return headers


def watch_statements(engine: Engine) -> None:
    """A span for every SQL statement, without its parameters, while a trace is being recorded."""
    if not is_tracing():
        return

    @event.listens_for(engine, "before_cursor_execute")
    def begin(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if _is_recording():
            attributes = {"db.system.name": "postgresql", "db.query.text": statement}
            context.portico_span = tracer.start_span(
                statement.split(None, 1)[0], kind=SpanKind.CLIENT, attributes=attributes
            )

    @event.listens_for(engine, "after_cursor_execute")
    def end(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        span = getattr(context, "portico_span", None)
        if span:
            span.end()


def _carrier(traceparent: str | None) -> dict[str, str]:
    return {"traceparent": traceparent} if traceparent else {}
