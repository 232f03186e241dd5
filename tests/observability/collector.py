"""An OTLP collector: takes the spans that processes send over HTTP, and draws one trace as a tree."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2
from opentelemetry.trace import SpanKind


@dataclass(frozen=True)
class Span:
    """One span as it was sent; times in nanoseconds since the epoch, ids in hexadecimal, `parent` empty at the root."""

    trace: str
    id: str
    parent: str
    service: str
    name: str
    kind: SpanKind
    began: int
    ended: int
    attributes: dict[str, str]
    failure: str
    told: str
    """All that it tells besides ids and times, as text, with its resource."""

    @property
    def is_statement(self) -> bool:
        return "db.query.text" in self.attributes


class Collector:
    """Listens on a free port of this machine until its `with` block is left; `spans` are all that came."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._take))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def trace(self, trace_id: str) -> list[Span]:
        """What came of one trace so far, the earliest first."""
        return sorted((each for each in self.spans if each.trace == trace_id), key=lambda each: each.began)

    def _take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            (service,) = (
                each.value.string_value for each in resource.resource.attributes if each.key == "service.name"
            )
            for scope in resource.scope_spans:
                self.spans += [_read(service, each, resource.resource) for each in scope.spans]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(take: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
            """Spans come all the time."""

    return Handler


def _read(service: str, sent: trace_pb2.Span, resource: Resource) -> Span:
    return Span(
        trace=sent.trace_id.hex(),
        id=sent.span_id.hex(),
        parent=sent.parent_span_id.hex(),
        service=service,
        name=sent.name,
        kind=SpanKind(sent.kind - 1),
        began=sent.start_time_unix_nano,
        ended=sent.end_time_unix_nano,
        attributes={each.key: each.value.string_value for each in sent.attributes},
        failure=sent.status.message,
        told=f"{resource} {sent.name} {sent.attributes} {[each.attributes for each in sent.events]} {sent.status}",
    )


def drawn(spans: list[Span]) -> str:
    """A trace as an indented tree: when each span began, how long it took, and how many statements are in it."""
    first = min(each.began for each in spans)
    return "\n".join(_lines(spans, "", "", first))


def _lines(spans: list[Span], parent: str, indent: str, first: int) -> Iterator[str]:
    for span in spans:
        if span.parent != parent or span.is_statement:
            continue
        begins, lasts = (span.began - first) / 1e6, (span.ended - span.began) / 1e6
        statements = [each for each in spans if each.parent == span.id and each.is_statement]
        took = sum(each.ended - each.began for each in statements) / 1e6
        sql = f", {len(statements)} statements in {took:.1f} ms" if statements else ""
        what = f"{indent}{span.service}: {span.name} ({span.kind.name.lower()})"
        yield f"{begins:8.1f} ms  {what}  {lasts:.1f} ms{sql}"
        yield from _lines(spans, span.id, indent + "  ", first)
