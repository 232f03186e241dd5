"""The gateway's way to the services: every call multiplexed on one connection, typed by its message."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
import structlog
from opentelemetry.trace import SpanKind
from pika.spec import BasicProperties

from gateway import context
from gateway.breaker import Breakers
from gateway.link import Link, LinkLost
from gateway.tracing import span
from gateway.wire import EXCHANGE, HEADER_PREFIX, DeadlinePassed, Unavailable, decode_reply, encode_call
from services.contracts.messages import Ask, Event
from services.contracts.principals import Principal

__all__ = ["Bus", "DeadlinePassed", "Unavailable"]

log = structlog.get_logger()

Answer = TypeVar("Answer")
Heard = TypeVar("Heard", bound=Event)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between attempts to reach the broker; doubled each time, with jitter."""

TRANSIENT = 1


class Bus:
    """Asks services and hears events. What is pending when the connection is lost fails at once."""

    def __init__(self, url: str, in_flight: int = 500, ca_file: str | None = None) -> None:
        self._url = url
        self._ca_file = ca_file
        self._in_flight = in_flight
        self._link: Link | None = None
        self._reply_to = ""
        self._pending: dict[str, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count(1)
        self._breakers = Breakers()
        self._listeners: list[tuple[type[Event], Callable[[bytes], None]]] = []
        self._on_connect: list[Callable[[], None]] = []
        self._keeper: asyncio.Task[None] | None = None

    # Its life

    @property
    def connected(self) -> bool:
        """Whether a call could go out now."""
        return self._link is not None and not self._link.blocked

    def listen(self, event: type[Heard], heard: Callable[[Heard], None]) -> None:
        """Has `heard` called with each event of this kind, here and in every other gateway. Before `start`."""
        self._listeners.append((event, lambda body: heard(event.model_validate(orjson.loads(body)))))

    def on_connect(self, callback: Callable[[], None]) -> None:
        """Has `callback` called at each new connection: events may have been missed before it."""
        self._on_connect.append(callback)

    def start(self) -> None:
        """Begins to connect, and to reconnect whenever the connection is lost."""
        self._keeper = asyncio.get_running_loop().create_task(self._keep_connected())

    async def close(self) -> None:
        """Ends the connection; what is pending fails."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep_connected(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                link = await Link.open(self._url, self._returned, self._ca_file)
                try:
                    await self._serve(link)
                    pause = FIRST_PAUSE
                    await link.ended()
                finally:
                    await self._leave(link)
            except LinkLost as problem:
                log.warning("the broker cannot be reached", problem=str(problem))
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _serve(self, link: Link) -> None:
        for event, heard in self._listeners:
            await link.subscribe(f"{event.service()}.events", event.method(), _guarded(heard))
        self._reply_to = await link.subscribe(EXCHANGE, "", self._replied)
        for callback in self._on_connect:
            callback()
        self._link = link
        log.info("connected to the broker")

    async def _leave(self, link: Link) -> None:
        self._link = None
        for number in list(self._pending):
            self._fail(number, Unavailable("the connection to the broker was lost"))
        link.close()
        reason = await link.ended()
        log.warning("left the broker", reason=repr(reason))

    # Calls

    async def ask(self, message: Ask[Answer], principal: Principal | None = None) -> Answer:
        """The service's answer. Raises DomainError, Unavailable, DeadlinePassed or ServiceFailed."""
        breaker = self._breakers[message.service()]
        if not breaker.admits():
            raise Unavailable(f"{message.service()} has not answered for a while")
        body = encode_call(message, principal)
        method = f"{message.service()}.{message.method()}"
        try:
            with span(method, SpanKind.CLIENT, context.current().traceparent) as traceparent:
                reply = await self._call(method, body, message.deadline_seconds, traceparent)
        except DeadlinePassed:
            breaker.failed()
            raise
        breaker.answered()
        return decode_reply(message, reply)

    async def ping(self, service: str, seconds: float) -> None:
        """Returns when the service answers; raises Unavailable or DeadlinePassed."""
        await self._call(f"{service}.ping", b'{"args":[],"kwargs":{"message":{},"principal":null}}', seconds)

    async def _call(self, routing_key: str, body: bytes, seconds: float, traceparent: str | None = None) -> bytes:
        link = self._link
        if link is None or link.blocked:
            raise Unavailable("the broker cannot be reached")
        if len(self._pending) >= self._in_flight:
            raise Unavailable("too many calls are under way")
        loop = asyncio.get_running_loop()
        number = str(next(self._numbers))
        reply: asyncio.Future[bytes] = loop.create_future()
        self._pending[number] = reply
        timer = loop.call_later(seconds, self._fail, number, DeadlinePassed(routing_key))
        try:
            link.publish(EXCHANGE, routing_key, body, self._properties(number, seconds, traceparent))
            return await reply
        except LinkLost as problem:
            raise Unavailable(str(problem)) from problem
        finally:
            timer.cancel()
            self._pending.pop(number, None)

    def _properties(self, number: str, seconds: float, traceparent: str | None) -> BasicProperties:
        request = context.current()
        carried: dict[str, Any] = {
            "request_id": request.request_id,
            "deadline": int((time.time() + seconds) * 1000),
            "call_id_stack": [f"gateway.{request.request_id}"],
            "client_ip": request.client_ip,
            "user_agent": request.user_agent,
        }
        if traceparent:
            carried["traceparent"] = traceparent
        return BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            headers={HEADER_PREFIX + key: value for key, value in carried.items()},
            delivery_mode=TRANSIENT,
            correlation_id=number,
            reply_to=self._reply_to,
            expiration=str(int(seconds * 1000)),
        )

    def _replied(self, number: str | None, body: bytes) -> None:
        reply = self._pending.get(number or "")
        if reply and not reply.done():
            reply.set_result(body)

    def _returned(self, number: str | None, _: bytes) -> None:
        self._fail(number or "", Unavailable("the service has never been here"))

    def _fail(self, number: str, problem: Exception) -> None:
        reply = self._pending.get(number)
        if reply and not reply.done():
            reply.set_exception(problem)


def _guarded(heard: Callable[[bytes], None]) -> Callable[[str | None, bytes], None]:
    """A listener whose failure is logged: it must not end the connection that calls it."""

    def hear(_: str | None, body: bytes) -> None:
        try:
            heard(body)
        except Exception as problem:
            log.error("an event could not be heard", exc_info=problem)

    return hear
