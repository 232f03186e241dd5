"""How a process asks its neighbours: by the connection on which it hears them, so that the two fail together."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from amqp import Channel
from amqp import Message as AmqpMessage
from eventlet import Timeout, sleep
from nameko.rpc import ReplyListener

from services.chassis.consumer import PromptConsumer
from services.chassis.wire import HEADER_PREFIX, PROPERTIES, RPC_EXCHANGE, Unavailable, call_body
from services.contracts.messages import Ask
from services.contracts.principals import Principal

POLL_SECONDS = 0.1


class Asker(ReplyListener):  # type: ignore[misc]  # nameko has no types
    """Asks without the broker's confirm, which would cost another round trip: what came of it the reply says."""

    queue_consumer = PromptConsumer()

    def ask(self, message: Ask[Any], principal: Principal, headers: Mapping[str, Any], seconds: float) -> Any:
        """The reply, as nameko writes it; raises Unavailable where none came in time."""
        number = uuid4().hex
        reply = self.get_reply_event(number)
        call = AmqpMessage(
            call_body(message, principal),
            reply_to=self.routing_key,
            correlation_id=number,
            expiration=str(int(seconds * 1000)),
            application_headers={f"{HEADER_PREFIX}{name}": value for name, value in headers.items()},
            **PROPERTIES,
        )
        try:
            with Timeout(seconds, Unavailable):
                self._channel().basic_publish(
                    call, exchange=RPC_EXCHANGE, routing_key=f"{message.service()}.{message.method()}"
                )
                return reply.wait()
        finally:
            self._reply_events.pop(number, None)

    def _channel(self) -> Channel:
        """The present connection's; while there is none, the broker's return is waited for."""
        while (channel := self.queue_consumer.channel) is None or not channel.is_open:
            sleep(POLL_SECONDS)
        return channel
