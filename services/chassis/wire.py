"""The nameko entrypoint of calls: the same wire as nameko's own, with a reply path that is lighter and guarded."""

from functools import partial
from typing import Any

import orjson
import structlog
from amqp import Message as AmqpMessage
from kombu import Queue
from kombu import serialization as kombu_serialization
from kombu.message import Message
from nameko.exceptions import ContainerBeingKilled, MalformedRequest, MethodNotFound
from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange
from pydantic import BaseModel

from services.chassis.consumer import PromptConsumer
from services.contracts.errors import DomainError

log = structlog.get_logger()

RPC_EXCHANGE = "nameko-rpc"
HEADER_PREFIX = "nameko."
TRANSIENT = 1
PROPERTIES = {"content_type": "application/json", "content_encoding": "utf-8", "delivery_mode": TRANSIENT}
"""Of calls and replies."""


def use_orjson() -> None:
    """Has kombu read and write JSON with orjson, which also knows UUIDs and dates."""
    kombu_serialization.register(
        "json", lambda value: orjson.dumps(value).decode(), orjson.loads, "application/json", "utf-8"
    )


def context_headers(message: Message) -> dict[str, Any]:
    """nameko's context of a message, without the prefix; what came without it was not meant for us."""
    start = len(HEADER_PREFIX)
    return {key[start:]: value for key, value in message.headers.items() if key.startswith(HEADER_PREFIX)}


class Unavailable(Exception):
    """The service cannot work just now, the database being away; the caller may try again."""


def call_body(message: BaseModel, principal: BaseModel) -> bytes:
    """A call as nameko writes it, without what is at its default: the release before may not know that field."""
    said, who = message.model_dump_json(exclude_defaults=True).encode(), principal.model_dump_json().encode()
    return b'{"args":[],"kwargs":{"message":%b,"principal":%b}}' % (said, who)


def answer_body(answer: BaseModel) -> bytes:
    """A reply as nameko writes it."""
    return b'{"result":%b,"error":null}' % answer.model_dump_json().encode()


def error_body(error: BaseException) -> bytes:
    """A reply as nameko writes errors, with a refusal's code and details beside; a bug says nothing of itself."""
    kind, value, data = _described(error)
    said = {"exc_type": kind, "exc_path": kind, "exc_args": [value], "value": value, "data": data}
    return orjson.dumps({"result": None, "error": said}, default=str)


def _described(error: BaseException) -> tuple[str, str, dict[str, Any] | None]:
    if isinstance(error, DomainError):
        data = {"code": error.code, "message": error.message, "details": error.details}
        return "DomainError", f"{error.code}: {error.message}", data
    if isinstance(error, Unavailable):
        return "Unavailable", "the service cannot work just now", None
    if isinstance(error, MethodNotFound | MalformedRequest):
        return "MalformedRequest", str(error), None
    return "InternalError", "the service failed", None


class CallConsumer(RpcConsumer):  # type: ignore[misc]  # nameko has no types
    """Takes calls off the service's queue, in memory alone, and replies on the channel they came by.

    Replying there, without a confirm, ties the reply to the delivery: if the connection is lost neither the
    reply nor the acknowledgement arrives, the call is delivered again, and the inbox answers it.
    """

    queue_consumer = PromptConsumer()

    def __init__(self) -> None:
        self._by_key: dict[str, Any] = {}
        self.queue: Queue | None
        super().__init__()

    def setup(self) -> None:
        name = self.container.service_name
        if self.queue is None:
            exchange = get_rpc_exchange(self.container.config)
            self.queue = Queue(f"rpc-{name}", exchange=exchange, routing_key=f"{name}.*", durable=True)
            self.queue_consumer.register_provider(self)

    def register_provider(self, provider: "Call") -> None:
        super().register_provider(provider)
        self._by_key[f"{self.container.service_name}.{provider.method_name}"] = provider

    def get_provider_for_method(self, routing_key: str) -> "Call":
        try:
            provider: Call = self._by_key[routing_key]
        except KeyError:
            raise MethodNotFound(routing_key.rpartition(".")[2]) from None
        return provider

    def handle_result(self, message: Message, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Replies with the body that the method made, then acknowledges.

        Where the connection is gone the broker delivers the call again.
        """
        body = error_body(exc_info[1]) if exc_info else result
        reply = AmqpMessage(body, correlation_id=message.properties.get("correlation_id"), **PROPERTIES)
        try:
            reply_to = message.properties.get("reply_to")
            if reply_to:
                message.channel.basic_publish(reply, exchange=RPC_EXCHANGE, routing_key=reply_to)
            message.ack()
        except Exception as error:
            log.warning("a reply could not be sent; the call will be delivered again", error=repr(error))
        return result, exc_info


class Call(Rpc):  # type: ignore[misc]
    """One method of the service. Its arguments are `message` and `principal`, both JSON, by keyword."""

    rpc_consumer = CallConsumer()

    def handle_message(self, body: Any, message: Message) -> None:
        try:
            args, kwargs = body["args"], body["kwargs"]
        except (KeyError, TypeError):
            raise MalformedRequest("a call has `args` and `kwargs`") from None
        if args or not kwargs.keys() <= {"message", "principal"} or "message" not in kwargs:
            raise MalformedRequest("a call takes `message` and `principal`, by keyword")
        headers = context_headers(message)
        headers["redelivered"] = message.delivery_info.get("redelivered", False)
        try:
            self.container.spawn_worker(
                self, (), kwargs, context_data=headers, handle_result=partial(self.handle_result, message)
            )
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)
