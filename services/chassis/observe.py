"""Logs, measurements and traces of a service process."""

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import structlog
from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram
from sqlalchemy import Engine, event

from services.chassis.context import CallContext, current

CALLS = Histogram("portico_rpc_seconds", "Calls by method and outcome", ["method", "outcome"])
EVENTS = Histogram("portico_event_seconds", "Events from commit to handled", ["handler"])
DEAD_EVENTS = Counter("portico_dead_events_total", "Events given up on", ["handler"])
EXPIRED = Counter("portico_expired_calls_total", "Calls that came after their deadline", ["method"])

tracer = trace.get_tracer("portico")


def start_observing(service: str, log_level: str) -> None:
    """Sets up this process's logs and, where an OTLP endpoint is set, its traces."""
    configure_logs(service, log_level)
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)


def configure_logs(service: str, level: str) -> None:
    """JSON lines on standard output, each with the request id of the call under way."""

    def add_call(_: Any, __: str, event_dict: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event_dict["service"] = service
        event_dict["request_id"] = current().request_id
        return event_dict

    shared: list[structlog.typing.Processor] = [
        add_call,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(), foreign_pre_chain=shared)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("nameko", "amqp", "kombu"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def span(name: str, kind: SpanKind, call: CallContext) -> AbstractContextManager[None]:
    """A span under the caller's; without an exporter it only carries the caller's trace on, if there is one."""
    traced = call.traceparent or isinstance(trace.get_tracer_provider(), TracerProvider)
    return _span(name, kind, call) if traced else nullcontext()


@contextmanager
def _span(name: str, kind: SpanKind, call: CallContext) -> Iterator[None]:
    parent = propagate.extract({"traceparent": call.traceparent} if call.traceparent else {})
    token = otel_context.attach(parent)
    try:
        with tracer.start_as_current_span(name, kind=kind, attributes={"portico.request_id": call.request_id}):
            yield
    finally:
        otel_context.detach(token)


def watch_statements(engine: Engine) -> None:
    """A span for every SQL statement, without its parameters, while a trace is being recorded."""

    @event.listens_for(engine, "before_cursor_execute")
    def begin(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if trace.get_current_span().is_recording():
            attributes = {"db.system.name": "postgresql", "db.query.text": statement}
            context.portico_span = tracer.start_span(
                statement.split(None, 1)[0], kind=SpanKind.CLIENT, attributes=attributes
            )

    @event.listens_for(engine, "after_cursor_execute")
    def end(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        span = getattr(context, "portico_span", None)
        if span:
            span.end()
