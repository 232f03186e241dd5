"""One connection to the broker with one channel, from its opening to its end; it never comes back."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from typing import Any

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

# It narrates each attempt in nine lines of errors; the bus says it in one.
logging.getLogger("pika").setLevel(logging.CRITICAL)

HEARTBEAT_SECONDS = 10
OPENING_SECONDS = 10

OnMessage = Callable[[str | None, bytes], None]
"""Told the correlation id and the body of a message."""


class LinkLost(Exception):
    """The connection ended, or could not be opened."""


class _Connection(AsyncioConnection):  # type: ignore[misc]  # pika's types are not checked
    """Writes at once what one turn of the loop has to say; pika makes three system calls of every message."""

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        if not self._unwritten:
            asyncio.get_running_loop().call_soon(self._write)
        self._unwritten += marshaled_frames

    def _init_connection_state(self) -> None:
        super()._init_connection_state()
        self._unwritten: list[bytes] = []

    def _write(self) -> None:
        frames, self._unwritten = self._unwritten, []
        if frames:
            super()._output_marshaled_frames([b"".join(frames)])


class Link:
    """Made by `open`; usable until `ended` returns."""

    def __init__(self, connection: AsyncioConnection, closed: "asyncio.Future[BaseException]") -> None:
        self._connection = connection
        self._channel: Channel | None = None
        self._closed = closed
        self.blocked = False
        """Whether the broker has told us to stop publishing, being short of memory or disk."""
        connection.add_on_connection_blocked_callback(lambda *_: setattr(self, "blocked", True))
        connection.add_on_connection_unblocked_callback(lambda *_: setattr(self, "blocked", False))

    @classmethod
    async def open(cls, url: str, on_return: OnMessage, ca_file: str | None = None) -> "Link":
        """A new link; `on_return` is told of each message that no queue took. Raises LinkLost."""
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[AsyncioConnection] = loop.create_future()
        closed: asyncio.Future[BaseException] = loop.create_future()
        _Connection(
            _parameters(url, ca_file),
            on_open_callback=opened.set_result,
            on_open_error_callback=lambda _, problem: opened.set_exception(LinkLost(repr(problem))),
            on_close_callback=lambda _, reason: closed.set_result(reason),
            custom_ioloop=loop,
        )
        link = cls(await opened, closed)
        try:
            await link._open_channel(on_return)
        except BaseException:
            link.close()
            raise
        return link

    async def _open_channel(self, on_return: OnMessage) -> None:
        self._channel = await self._step(lambda done: self._connection.channel(on_open_callback=done))
        self._channel.add_on_return_callback(lambda _, __, properties, body: on_return(properties.correlation_id, body))
        self._channel.add_on_close_callback(lambda *_: self.close())

    async def subscribe(self, exchange: str, routing_key: str, on_message: OnMessage) -> str:
        """Hears what is published with this key, from a queue that ends with the link; answers its name."""
        channel = self._channel
        assert channel is not None
        await self._step(lambda done: channel.exchange_declare(exchange, "topic", durable=True, callback=done))
        declared = await self._step(
            lambda done: channel.queue_declare("", exclusive=True, auto_delete=True, callback=done)
        )
        queue: str = declared.method.queue
        await self._step(lambda done: channel.queue_bind(queue, exchange, routing_key or queue, callback=done))
        await self._step(lambda done: channel.basic_consume(queue, _hearer(on_message), auto_ack=True, callback=done))
        return queue

    def publish(self, exchange: str, routing_key: str, body: bytes, properties: BasicProperties) -> None:
        """Sends a message that must find a queue, or comes back. Raises LinkLost."""
        assert self._channel is not None
        try:
            self._channel.basic_publish(exchange, routing_key, body, properties, mandatory=True)
        except AMQPError as problem:
            raise LinkLost(repr(problem)) from problem

    async def ended(self) -> BaseException:
        """Returns when the connection has ended, and says why."""
        await asyncio.wait({self._closed})
        return self._closed.result()

    def close(self) -> None:
        """Begins to end the link."""
        if self._connection.is_open:
            self._connection.close()

    async def _step(self, start: Callable[[Callable[[Any], None]], object]) -> Any:
        """One exchange with the broker: `start` is given the callback that ends it."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        start(done.set_result)
        await asyncio.wait({done, self._closed}, return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            raise LinkLost(repr(self._closed.result()))
        return done.result()


def _parameters(url: str, ca_file: str | None) -> pika.URLParameters:
    parameters = pika.URLParameters(url)
    if url.startswith("amqps:"):
        parameters.ssl_options = pika.SSLOptions(ssl.create_default_context(cafile=ca_file), parameters.host)
    parameters.heartbeat = HEARTBEAT_SECONDS
    parameters.socket_timeout = OPENING_SECONDS
    parameters.stack_timeout = OPENING_SECONDS
    parameters.connection_attempts = 1
    parameters.client_properties = {"connection_name": "gateway"}
    return parameters


def _hearer(on_message: OnMessage) -> Callable[[Channel, Basic.Deliver, BasicProperties, bytes], None]:
    return lambda _, __, properties, body: on_message(properties.correlation_id, body)
