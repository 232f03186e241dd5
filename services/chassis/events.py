"""The nameko entrypoint of events: quorum queues, and never an event lost by a handler that raises."""

from functools import partial
from typing import Any

import structlog
from eventlet import sleep
from kombu import Connection, Exchange, Queue
from kombu.message import Message
from nameko.exceptions import ContainerBeingKilled
from nameko.messaging import Consumer

from services.chassis.consumer import PromptConsumer
from services.chassis.wire import Unavailable, context_headers
from services.contracts.messages import Event

log = structlog.get_logger()

DELIVERY_LIMIT = 20
"""How often the broker tries a message that kills its consumer, before it goes to the dead-letter queue."""

DEAD_LETTERS = "portico.dead-letters"
PAUSE_SECONDS = 1.0
"""Before a message goes back to the queue while the database is away, so that it does not spin."""


def exchange_name(service: str) -> str:
    """The topic exchange of a service's events, as nameko names it."""
    return f"{service}.events"


def dead_letter_queue() -> Queue:
    """Where messages end that are no events or killed every consumer they met; kept until somebody looks."""
    exchange = Exchange(DEAD_LETTERS, type="fanout", durable=True)
    return Queue(DEAD_LETTERS, exchange=exchange, durable=True, queue_arguments={"x-queue-type": "quorum"})


def event_queue(event: type[Event], service: str, method: str) -> Queue:
    """The queue that the replicas of one service share for one kind of event."""
    return Queue(
        f"evt-{event.service()}-{event.method()}--{service}.{method}",
        exchange=Exchange(exchange_name(event.service()), type="topic", durable=True, auto_delete=False),
        routing_key=event.method(),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD_LETTERS,
        },
    )


class EventListener(Consumer):  # type: ignore[misc]  # nameko has no types
    """One handler of one kind of event. The handler's method records failures itself and returns normally.

    It raises `Unavailable` while the database is away; then the event goes back to the queue after a pause.
    What is not an event of this kind at all goes to the dead letters.
    """

    queue_consumer = PromptConsumer()

    def __init__(self, event: type[Event], **options: Any) -> None:
        self.event = event
        super().__init__(queue=None, **options)

    def setup(self) -> None:
        self.queue = event_queue(self.event, self.container.service_name, self.method_name)
        config = self.container.config
        with Connection(config["AMQP_URI"], ssl=config["AMQP_SSL"]) as connection:
            dead_letter_queue()(connection.channel()).declare()
        super().setup()

    def handle_message(self, body: Any, message: Message) -> None:
        headers = context_headers(message)
        headers.pop("deadline", None)
        try:
            self.container.spawn_worker(
                self, (body,), {}, context_data=headers, handle_result=partial(self.handle_result, message)
            )
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def handle_result(
        self, message: Message, worker_ctx: Any, result: Any = None, exc_info: Any = None
    ) -> tuple[Any, Any]:
        """Acknowledges what is handled or recorded; gives back what is neither."""
        if exc_info is None:
            self.queue_consumer.ack_message(message)
        elif isinstance(exc_info[1], Unavailable):
            sleep(PAUSE_SECONDS)
            self.queue_consumer.requeue_message(message)
        elif message.channel.connection:
            message.reject()
        return result, exc_info
