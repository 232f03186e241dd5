"""A caller on the bus that speaks nameko's wire format by hand, so that every header can be chosen."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import pika
from pika.adapters.blocking_connection import BlockingChannel

from services.contracts.messages import Ask
from services.contracts.principals import Principal


def contact_of(company_id: UUID, person_id: UUID | None = None) -> Principal:
    """A contact of a company who may do nothing in particular."""
    return Principal(kind="contact", id=person_id or uuid4(), company_id=company_id)


@dataclass
class Refused(Exception):
    """The error half of a reply."""

    error: dict[str, Any]

    @property
    def code(self) -> str | None:
        data: dict[str, Any] = self.error.get("data") or {}
        return data.get("code")


class Client:
    """One connection; calls may be sent first and their replies taken later."""

    def __init__(self, amqp_url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        self._channel: BlockingChannel = self._connection.channel()
        self._queue = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.exchange_declare("nameko-rpc", "topic", durable=True)
        self._channel.queue_bind(self._queue, "nameko-rpc", self._queue)
        self._channel.basic_consume(self._queue, self._replied, auto_ack=True)
        self._replies: dict[str, dict[str, Any]] = {}

    def ask(self, message: Ask[Any], principal: Principal | None = None, seconds: float = 15, **headers: str) -> Any:
        """The answer as its view; raises Refused."""
        return self.take(message, self.send(message, principal, seconds, **headers), seconds)

    def send(self, message: Ask[Any], principal: Principal | None = None, seconds: float = 15, **headers: str) -> str:
        """Sends a call and answers its correlation id."""
        plain = orjson.loads(orjson.dumps(reveal(message.model_dump()), default=str))
        kwargs = {"message": plain, "principal": principal.model_dump(mode="json") if principal else None}
        return self.send_raw(message.service(), message.method(), kwargs, seconds, **headers)

    def send_raw(self, service: str, method: str, kwargs: dict[str, Any], seconds: float = 15, **headers: str) -> str:
        """Sends whatever keyword arguments to whatever method; `headers` join those of nameko's context."""
        correlation_id = uuid4().hex
        properties = pika.BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            reply_to=self._queue,
            correlation_id=correlation_id,
            headers={
                "nameko.deadline": int((time.time() + seconds) * 1000),
                **{f"nameko.{name}": value for name, value in headers.items()},
            },
        )
        body = orjson.dumps({"args": [], "kwargs": kwargs})
        self._channel.basic_publish("nameko-rpc", f"{service}.{method}", body, properties)
        return correlation_id

    def take(self, message: Ask[Any], correlation_id: str, seconds: float = 15) -> Any:
        """The answer to a call that was sent."""
        reply = self.take_raw(correlation_id, seconds)
        return message.answer().model_validate(reply)

    def take_raw(self, correlation_id: str, seconds: float = 15) -> Any:
        """The result as it came; raises Refused, or TimeoutError."""
        deadline = time.monotonic() + seconds
        while correlation_id not in self._replies:
            if time.monotonic() > deadline:
                raise TimeoutError
            self._connection.process_data_events(time_limit=0.05)
        reply = self._replies.pop(correlation_id)
        if reply["error"]:
            raise Refused(reply["error"])
        return reply["result"]

    def publish_event(self, event: Any) -> None:
        """Publishes an event as the relay does; twice makes a duplicate."""
        properties = pika.BasicProperties(content_type="application/json", content_encoding="utf-8", delivery_mode=2)
        self._channel.basic_publish(
            f"{event.service()}.events", event.method(), event.model_dump_json().encode(), properties
        )

    def count_messages(self, queue: str) -> int:
        """How many messages wait in a queue."""
        count: int = self._channel.queue_declare(queue, passive=True).method.message_count
        return count

    def purge(self, queue: str) -> None:
        """Empties a queue."""
        self._channel.queue_purge(queue)

    def close(self) -> None:
        self._connection.close()

    def _replied(self, channel: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        assert properties.correlation_id
        self._replies[properties.correlation_id] = orjson.loads(body)


def reveal(value: Any) -> Any:
    """A dump with its secrets told, as the gateway sends them."""
    if hasattr(value, "get_secret_value"):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    return [reveal(item) for item in value] if isinstance(value, list) else value
