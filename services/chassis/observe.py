"""Logs and measurements of a service process."""

import logging
import re
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

from services.chassis.context import current

CALLS = Histogram("portico_rpc_seconds", "Calls by method and outcome", ["method", "outcome"])
EVENTS = Histogram(
    "portico_event_seconds",
    "Events from commit to handled",
    ["handler"],
    # They may wait for as long as a service is away.
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)
DEAD_EVENTS = Counter("portico_dead_events_total", "Events given up on", ["handler"])
EXPIRED = Counter("portico_expired_calls_total", "Calls that came after their deadline", ["method"])


_VALUES = re.compile(
    r"^(?:LINE \d+|DETAIL|CONTEXT): .*?(?=^\[SQL: |^The above exception|^During handling|\Z)", re.MULTILINE | re.DOTALL
)


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
        _without_values,
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


def _without_values(_: Any, __: str, event_dict: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What PostgreSQL quotes of a row or a statement that it refused is people's data; why it refused it stays."""
    if "exception" in event_dict:
        event_dict["exception"] = _VALUES.sub("", event_dict["exception"])
    return event_dict
