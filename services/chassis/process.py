"""The part of a service process that outlives a call: its engine, its relay, its way to its neighbours."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy import Engine

from services.chassis.asking import Asker
from services.chassis.confirms import ConfirmingChannel
from services.chassis.context import current, seconds_left
from services.chassis.database import connect
from services.chassis.events import exchange_name
from services.chassis.executor import Executor
from services.chassis.kept import Kept
from services.chassis.outbox import Relay
from services.chassis.settings import chassis_settings
from services.chassis.timers import Ticker
from services.chassis.tracing import calling, carried
from services.chassis.wire import Unavailable
from services.chassis.work import Work
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, Command


@dataclass(frozen=True)
class Process:
    """What one call is given of it."""

    engine: Engine
    executor: Executor
    headers: dict[str, Any]
    entrypoint: Any

    @property
    def is_stopping(self) -> bool:
        """Whether this is a timer's run in a process that is being stopped."""
        return isinstance(self.entrypoint, Ticker) and self.entrypoint.is_stopping


class Chassis(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """Given to every service; `asks` are what it may ask of its neighbours, and nothing else.

    The answers to those in `keeps` are kept for a moment where the service asks by itself.
    """

    def __init__(self, asks: tuple[type[Ask[Any]], ...] = (), keeps: tuple[type[Ask[Any]], ...] = ()) -> None:
        if any(issubclass(each, Command) and each.remembered for each in asks):
            raise TypeError("a service never orders another about: it announces an event")
        self.asks, self.keeps = asks, keeps
        if asks:
            self.asker = Asker()

    def setup(self) -> None:
        settings = chassis_settings()
        self._kept = Kept()
        self.engine = connect(settings.database_url.get_secret_value(), settings.pool_size)
        channel = ConfirmingChannel(settings.amqp_url, settings.amqp_tls())
        key = settings.inbox_secret.get_secret_value().encode()
        self._executor = Executor(self.engine, key, self._committed, self._ask)
        self._relay = Relay(self.engine, channel, exchange_name(self.container.service_name), settings.outbox_seconds)

    def start(self) -> None:
        self._relay_thread = self.container.spawn_managed_thread(self._relay.run, identifier="relay")

    def stop(self) -> None:
        """Called after the last worker is done, so what it announced is still published."""
        self._relay.stop()
        self._relay_thread.wait()
        self.engine.dispose()

    def get_dependency(self, worker_ctx: Any) -> Process:
        """The process as one worker sees it."""
        return Process(self.engine, self._executor, worker_ctx.data, worker_ctx.entrypoint)

    def _committed(self, work: Work) -> None:
        if work.announced:
            self._relay.wake()
        for entrypoint in self.container.entrypoints if work.woken else ():
            if isinstance(entrypoint, Ticker) and entrypoint.method_name in work.woken:
                entrypoint.wake()

    def _ask(self, message: Ask[Any], work: Work) -> Any:
        if type(message) not in self.asks:
            raise LookupError(f"{self.container.service_name} does not declare that it asks {type(message).__name__}")
        ask = partial(self._called, message, work)
        if type(message) in self.keeps and work.principal.kind == "system":
            return self._kept.answer(work.company_id, message, ask, work.since)
        return ask()

    def _called(self, message: Ask[Any], work: Work) -> Any:
        seconds = min(seconds_left(), message.deadline_seconds)
        with calling(f"{message.service()}.{message.method()}"):
            headers = {**current().headers(), **carried()}
            reply = self.asker.ask(message, work.principal, headers, seconds)
        if reply["error"]:
            raise _error(reply["error"])
        return message.answer().model_validate(reply["result"])


def _error(error: dict[str, Any]) -> Exception:
    data = error.get("data")
    return DomainError(data["code"], data["message"], **data["details"]) if data else Unavailable()
