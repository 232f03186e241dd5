"""Spans: recorded where an OTLP endpoint is set, else the caller's trace is only carried on."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

tracer = trace.get_tracer("portico")


def start_tracing() -> None:
    """Has spans recorded and sent, where the environment names an endpoint."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider = TracerProvider(resource=Resource.create({"service.name": "gateway"}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)


@cache
def is_tracing() -> bool:
    """Whether spans are recorded, decided at the first request; what they cost is skipped where they are not."""
    return isinstance(trace.get_tracer_provider(), TracerProvider)


def checked(traceparent: str | None) -> str | None:
    """A `traceparent` header if it is well formed, else None."""
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None


@contextmanager
def span(name: str, kind: SpanKind, parent: str | None) -> Iterator[str | None]:
    """A span under `parent`, a traceparent, or under the current one; yields the traceparent of what follows.

    Of what failed it keeps the kind alone: an error's text may quote what people typed.
    """
    if not is_tracing():
        yield parent
        return
    under = propagate.extract({"traceparent": parent}) if parent and not _in_span() else None
    with tracer.start_as_current_span(name, under, kind, record_exception=False, set_status_on_exception=False) as made:
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        try:
            yield carrier.get("traceparent")
        except Exception as error:
            made.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def tell_request(method: str, route: str, status: int) -> None:
    """Names the request's span by its route, once that is known."""
    under_way = trace.get_current_span()
    under_way.update_name(f"{method} {route}")
    under_way.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})


def _in_span() -> bool:
    return trace.get_current_span().get_span_context().is_valid
