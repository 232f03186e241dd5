"""The process's one consuming connection to the broker, back within a second of the broker's return."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventlet import Timeout
from kombu import Connection
from nameko.messaging import QueueConsumer
from nameko.rpc import ReplyListener

CONSUME_SECONDS = 3.0


class PromptConsumer(QueueConsumer):  # type: ignore[misc]  # nameko has no types
    """Reconnects with short pauses; as kombu comes they grow to half a minute, and the service lags as long.

    A broker that has just started may leave a quorum queue's consumer without an answer until the connection's
    heartbeat fails: so consuming has a deadline too, and what hangs is dropped without a good-bye.
    """

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, None, interval_start=0.2, interval_step=0.2, interval_max=1
            )
            try:
                yield connection
            except BaseException:
                connection.collect()
                raise

    @contextmanager
    def _consume_from(self, *consumers: Any) -> Iterator[tuple[Any, ...]]:
        with Timeout(CONSUME_SECONDS, TimeoutError("the broker did not let the service consume")):
            for consumer in consumers:
                consumer.consume()
        yield consumers


class PromptReplies(ReplyListener):  # type: ignore[misc]
    """The replies of neighbours, on that connection."""

    queue_consumer = PromptConsumer()
