"""The process's one consuming connection to the broker, back within a second of the broker's return."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from amqp import Channel
from eventlet import Timeout, spawn_n
from kombu import Connection
from kombu.message import Message
from nameko.messaging import QueueConsumer

log = structlog.get_logger()

CONSUME_SECONDS = 3.0


class GatheredWrites:
    """Sends together what the workers of one turn have to say; each reply and acknowledgement was a system call."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._said: list[bytes] = []
        self._sending = False

    def __call__(self, data: bytes | memoryview) -> None:
        """Keeps a copy: the caller uses its buffer again."""
        self._said.append(bytes(data))
        if not self._sending:
            self._sending = True
            spawn_n(self._send_all)

    def _send_all(self) -> None:
        try:
            while self._said:
                said, self._said = self._said, []
                self._send(b"".join(said))
        except OSError as problem:
            # The consumer finds the connection lost as it reads, and the broker delivers what was not acknowledged.
            log.warning("the connection to the broker was lost", problem=repr(problem))
        finally:
            self._sending = False


class PromptConsumer(QueueConsumer):  # type: ignore[misc]  # nameko has no types
    """Reconnects with short pauses; as kombu comes they grow to half a minute, and the service lags as long.

    A broker that has just started may leave a quorum queue's consumer without an answer until the connection's
    heartbeat fails: so consuming has a deadline too, and what hangs is dropped without a good-bye.
    """

    channel: Channel | None = None
    """The present connection's."""

    def handle_message(self, provider: Any, body: Any, message: Message) -> None:
        """Starts the worker from here where one is free; where none is, a thread waits for one, and not the reading.

        The pool is fair: a worker that has just become free belongs to whoever waits longest, so asking for it
        here would be waiting too, and the reply that a busy worker needs would never be read.
        """
        workers = self.container._worker_pool
        if workers.free() > 0 and not workers.sem._waiters:
            provider.handle_message(body, message)
        else:
            super().handle_message(provider, body, message)

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, None, interval_start=0.2, interval_step=0.2, interval_max=1
            )
            wire = connection.connection
            wire.transport._write = GatheredWrites(wire.transport._write)
            wire.client_properties = _without_reading(wire.client_properties)
            try:
                yield connection
            except BaseException:
                connection.collect()
                raise

    def on_consume_ready(self, connection: Connection, channel: Channel, consumers: Any, **options: Any) -> None:
        self.channel = channel
        super().on_consume_ready(connection, channel, consumers, **options)

    @contextmanager
    def _consume_from(self, *consumers: Any) -> Iterator[tuple[Any, ...]]:
        with Timeout(CONSUME_SECONDS, TimeoutError("the broker did not let the service consume")):
            for consumer in consumers:
                consumer.consume()
        yield consumers


def _without_reading(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties by which publishing does not look for what the broker says first.

    The consumer's thread reads that anyway, and over TLS there may be only one reader.
    """
    return {**properties, "capabilities": {**properties["capabilities"], "connection.blocked": False}}
