"""Logs and metrics of the gateway: one line and one measure for each request."""

import logging
import re
import time
from typing import Any
from uuid import uuid4

import orjson
import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Histogram, start_http_server
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import context
from gateway.errors import answer
from gateway.security import client_address, client_name
from gateway.settings import GatewaySettings
from gateway.tracing import checked, span, start_tracing, tell_request

REQUESTS = Histogram(
    "portico_http_seconds",
    "Requests by method, route and status",
    ["method", "route", "status"],
    # The longest wait is that for the payment provider, of 25 s.
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

log = structlog.get_logger()

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def start_observing(settings: GatewaySettings) -> None:
    """Sets up this process's logs, its `/metrics` and, where an OTLP endpoint is set, its traces."""
    configure_logs(settings.log_level)
    start_tracing()
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host)


def configure_logs(level: str) -> None:
    """JSON lines on standard output, each with the request id of the request under way."""
    shared: list[structlog.typing.Processor] = [
        _add_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(orjson.dumps)],
        logger_factory=structlog.BytesLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(), foreign_pre_chain=shared)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _add_request(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["service"] = "gateway"
    if request_id := context.request_id():
        event["request_id"] = request_id
    return event


class Observe:
    """Gives each request its id and its place in the trace, and turns what nobody caught into a 500."""

    def __init__(self, app: ASGIApp, settings: GatewaySettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        with span(scope["method"], SpanKind.SERVER, checked(headers.get("traceparent"))) as traceparent:
            client_ip = client_address(scope, self._settings)
            user_agent = client_name(headers.get("user-agent", ""))
            context.enter(context.RequestContext(request_id, traceparent, client_ip, user_agent))
            await self._observed(scope, receive, send, request_id)

    async def _observed(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            if status:
                raise
            await answer(Request(scope), error)(scope, receive, send_with_id)
        finally:
            _record(scope, status, time.perf_counter() - began)


def _record(scope: Scope, status: int, seconds: float) -> None:
    """The route's pattern and not the path, which may hold a secret; of a query string nothing."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", "none")
    REQUESTS.labels(method, route, status).observe(seconds)
    tell_request(method, route, status)
    log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 2))
