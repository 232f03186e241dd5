"""Hosts one service in this process, from its start to its graceful end."""

import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # DECISIONS.md says why it is used

import eventlet  # noqa: E402

eventlet.monkey_patch()

import importlib  # noqa: E402
import signal  # noqa: E402
import threading  # noqa: E402
from typing import Any  # noqa: E402

import structlog  # noqa: E402
from eventlet.event import Event as Signal  # noqa: E402
from kombu.pools import set_limit  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from services.chassis import health  # noqa: E402
from services.chassis.migrate import package_of  # noqa: E402
from services.chassis.observe import configure_logs  # noqa: E402
from services.chassis.service import Service  # noqa: E402
from services.chassis.settings import chassis_settings  # noqa: E402
from services.chassis.tracing import start_tracing  # noqa: E402
from services.chassis.wire import use_orjson  # noqa: E402

log = structlog.get_logger()


def find_service(name: str) -> type[Service]:
    """The service class that the package's module `service` defines."""
    module = importlib.import_module(f"{package_of(name)}.service")
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Service) and each.__module__ == module.__name__
    ]
    (service,) = found
    return service


def run(name: str) -> None:
    """Runs until SIGTERM or SIGINT, then finishes what is under way and ends."""
    settings = chassis_settings()
    service = find_service(name)
    configure_logs(service.name, settings.log_level)
    start_tracing(service.name)
    takes_calls = threading.Event()
    if settings.metrics_port:
        health.serve(settings.metrics_host, settings.metrics_port, takes_calls.is_set)
    use_orjson()
    set_limit(settings.max_workers)
    runner = ServiceRunner(
        {
            "AMQP_URI": settings.amqp_url,
            "AMQP_SSL": settings.amqp_tls(),
            "max_workers": settings.max_workers,
            "HEARTBEAT": settings.heartbeat,
            "parent_calls_tracked": 0,
            "SERVICE_CONTAINER_CLS": "services.chassis.container.LeanContainer",
            "TRANSPORT_OPTIONS": {"max_retries": None, "interval_start": 0.2, "interval_step": 0.3, "interval_max": 2},
        }
    )
    runner.add_service(service)
    asked_to_stop = Signal()

    def stop(*_: Any) -> None:
        if not asked_to_stop.ready():
            asked_to_stop.send()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    runner.start()
    takes_calls.set()
    log.info("ready")
    eventlet.spawn(_stop_when_asked, asked_to_stop, takes_calls, runner)
    runner.wait()
    log.info("stopped")


def _stop_when_asked(asked_to_stop: Signal, takes_calls: threading.Event, runner: ServiceRunner) -> None:
    asked_to_stop.wait()
    takes_calls.clear()
    log.info("stopping")
    runner.stop()
