"""Client process: bare pika on its usual, blocking connection, with so many messages in flight."""

import itertools
import os
import time
from typing import Any

import pika
from pika.spec import BasicProperties

from tests.load.drive import done, rounds
from tests.load.echo import BLOCKING_QUEUE, IN_FLIGHT, call_body

BODY = call_body()


def main() -> None:
    """Connects, then makes rounds."""
    parameters = pika.URLParameters(os.environ["AMQP_URL"])
    parameters.heartbeat = 0  # between rounds nobody reads the connection
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    reply_to = channel.queue_declare("", exclusive=True).method.queue
    numbers = map(str, itertools.count())
    pending: set[str] = set()
    unsent = 0

    def send() -> None:
        nonlocal unsent
        unsent -= 1
        number = next(numbers)
        pending.add(number)
        channel.basic_publish("", BLOCKING_QUEUE, BODY, BasicProperties(correlation_id=number, reply_to=reply_to))

    def replied(_: Any, __: Any, properties: BasicProperties, ___: bytes) -> None:
        pending.remove(str(properties.correlation_id))
        if unsent:
            send()

    channel.basic_consume(reply_to, replied, auto_ack=True)
    for size in rounds():
        unsent = size
        began = time.perf_counter()
        for _ in range(IN_FLIGHT):
            send()
        while pending:
            connection.process_data_events(time_limit=None)
        done(began)


main()
