"""Services played by a script: they speak nameko's wire format and answer what a test tells them to."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import orjson
import pika
from pika.exceptions import AMQPConnectionError
from pydantic import BaseModel

from gateway.health import SERVICES
from gateway.wire import plain
from services.contracts.errors import DomainError
from services.contracts.messages import Ask, Event

EXCHANGE = "nameko-rpc"
PLAYED = (*SERVICES, "hurried")


class Trouble(Enum):
    """What a service does that does not answer: say nothing, or that its database is away."""

    SILENCE = auto()
    AWAY = auto()


Silence, Away = Trouble.SILENCE, Trouble.AWAY


Answer = Callable[[dict[str, Any]], object] | BaseModel | DomainError | Trouble
"""What a message is answered with: a view, a refusal, nothing at all, or what a function of the message returns."""


@dataclass(frozen=True)
class Heard:
    """A call as its service reads it: what was left out is at its default."""

    routing_key: str
    message: dict[str, Any]
    principal: dict[str, Any] | None
    headers: dict[str, Any]
    properties: pika.BasicProperties


@dataclass
class Neighbours:
    """All services on one connection of a thread of their own. `heard` is every call, in order."""

    amqp_url: str
    heard: list[Heard] = field(default_factory=list)
    _answers: dict[str, Answer] = field(default_factory=dict)
    _kinds: dict[str, type[Ask[Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(self.amqp_url))
        self._channel = self._connection.channel()
        self._channel.exchange_declare(EXCHANGE, "topic", durable=True)
        queue = self._channel.queue_declare("", exclusive=True).method.queue
        for service in PLAYED:
            self._channel.queue_bind(queue, EXCHANGE, f"{service}.*")
        self._channel.basic_consume(queue, self._called, auto_ack=True)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def answer(self, message: type[Ask[Any]], answer: Answer) -> None:
        """From now on, this kind of message is answered so."""
        called = f"{message.service()}.{message.method()}"
        self._answers[called], self._kinds[called] = answer, message

    def answer_ping(self, service: str, answer: Answer) -> None:
        """From now on, the service's pings are answered so."""
        self._answers[f"{service}.ping"] = answer

    def clear(self) -> None:
        """Forgets what was heard and how to answer it; every service answers pings."""
        self.heard.clear()
        self._answers.clear()
        self._answers |= {f"{service}.ping": lambda _: {"name": "pong"} for service in SERVICES}

    def calls(self, message: type[Ask[Any]]) -> list[Heard]:
        """The calls of one kind, in order."""
        return [each for each in self.heard if each.routing_key == f"{message.service()}.{message.method()}"]

    def last(self, message: type[Ask[Any]]) -> dict[str, Any]:
        """What the last call of one kind said."""
        return self.calls(message)[-1].message

    def announce(self, event: Event) -> None:
        """Publishes an event as a service does."""
        self._connection.add_callback_threadsafe(lambda: self._publish(event))

    def close(self) -> None:
        self._connection.add_callback_threadsafe(self._channel.stop_consuming)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        # Their broker may be killed, and they with it.
        with suppress(AMQPConnectionError):
            self._channel.start_consuming()

    def _publish(self, event: Event) -> None:
        body = event.model_dump_json().encode()
        self._channel.basic_publish(f"{event.service()}.events", event.method(), body)

    def _called(self, _: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        kwargs = orjson.loads(body)["kwargs"]
        headers: dict[str, Any] = properties.headers or {}
        message = self._read(method.routing_key, kwargs["message"])
        self.heard.append(Heard(method.routing_key, message, kwargs["principal"], headers, properties))
        reply = self._reply(self._answers.get(method.routing_key), message)
        if reply is not None:
            out = pika.BasicProperties(correlation_id=properties.correlation_id, content_type="application/json")
            self._channel.basic_publish(EXCHANGE, str(properties.reply_to), reply, out)

    def _read(self, called: str, said: dict[str, Any]) -> dict[str, Any]:
        kind = self._kinds.get(called)
        if kind is None:
            return said
        read: dict[str, Any] = orjson.loads(orjson.dumps(kind.model_validate(said).model_dump(), default=plain))
        return read

    def _reply(self, answer: Answer | None, message: dict[str, Any]) -> bytes | None:
        if answer is Silence:
            return None
        if answer is Away:
            return _error("Unavailable", None)
        match _said(answer, message):
            case DomainError() as refusal:
                data = {"code": refusal.code, "message": refusal.message, "details": refusal.details}
                return _error("DomainError", data)
            case BaseModel() as view:
                return b'{"result":%b,"error":null}' % view.model_dump_json().encode()
            case None:
                return _error("MethodNotFound", None)
            case plain:
                return orjson.dumps({"result": plain, "error": None})


def _said(answer: Answer | None, message: dict[str, Any]) -> object:
    try:
        return answer(message) if callable(answer) else answer
    except DomainError as refusal:
        return refusal


def _error(kind: str, data: dict[str, Any] | None) -> bytes:
    said = {"exc_type": kind, "exc_path": kind, "exc_args": [kind], "value": kind, "data": data}
    return orjson.dumps({"result": None, "error": said})
