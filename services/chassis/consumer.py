"""The process's one consuming connection to the broker, back within a second of the broker's return."""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu import Connection
from nameko.messaging import QueueConsumer
from nameko.rpc import ReplyListener


class PromptConsumer(QueueConsumer):  # type: ignore[misc]  # nameko has no types
    """Reconnects with short pauses; as kombu comes they grow to half a minute, and the service lags as long."""

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, None, interval_start=0.2, interval_step=0.2, interval_max=1
            )
            yield connection


class PromptReplies(ReplyListener):  # type: ignore[misc]
    """The replies of neighbours, on that connection."""

    queue_consumer = PromptConsumer()
