"""A channel of its own for publishing: many messages at once, then one wait for the broker's confirms."""

from collections.abc import Iterable
from typing import Any

import orjson
from amqp import Channel, Message
from eventlet.semaphore import Semaphore
from kombu import Connection

CONFIRM_SECONDS = 5.0
PERSISTENT = 2


class ConfirmingChannel:
    """Publishes events to a topic exchange; connects when first used and again after a failure."""

    def __init__(self, amqp_url: str, tls: dict[str, Any] | bool = False) -> None:
        self._url = amqp_url
        self._tls = tls
        self._lock = Semaphore()
        self._connection: Connection | None = None
        self._channel: Channel | None = None
        self._unconfirmed: set[int] = set()
        self._next_tag = 1

    def publish(self, exchange: str, messages: Iterable[tuple[str, dict[str, Any], dict[str, Any]]]) -> None:
        """Publishes (routing key, payload, headers) and returns when the broker has taken all of them.

        Raises OSError or an amqp error where it could not; then some may have been taken.
        """
        with self._lock:
            try:
                channel = self._open(exchange)
                for routing_key, payload, headers in messages:
                    message = Message(
                        orjson.dumps(payload),
                        content_type="application/json",
                        content_encoding="utf-8",
                        delivery_mode=PERSISTENT,
                        application_headers={f"nameko.{key}": value for key, value in headers.items()},
                    )
                    channel.basic_publish(message, exchange=exchange, routing_key=routing_key)
                    self._unconfirmed.add(self._next_tag)
                    self._next_tag += 1
                self._wait_for_confirms()
            except Exception:
                self.close()
                raise

    def close(self) -> None:
        """Drops the connection; the next publication opens another."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection:
            connection.collect()

    def _open(self, exchange: str) -> Channel:
        if self._channel is None or not self._channel.is_open:
            self.close()
            self._connection = Connection(self._url, ssl=self._tls, connect_timeout=5)
            channel: Channel = self._connection.channel()
            channel.exchange_declare(exchange, type="topic", durable=True, auto_delete=False)
            channel.confirm_select()
            channel.events["basic_ack"].add(self._confirmed)
            channel.events["basic_nack"].add(self._refused)
            self._unconfirmed.clear()
            self._next_tag = 1
            self._channel = channel
        return self._channel

    def _wait_for_confirms(self) -> None:
        assert self._connection is not None
        while self._unconfirmed:
            self._connection.drain_events(timeout=CONFIRM_SECONDS)

    def _confirmed(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
        else:
            self._unconfirmed.discard(delivery_tag)

    def _refused(self, delivery_tag: int, multiple: bool) -> None:
        raise OSError("the broker refused an event")
