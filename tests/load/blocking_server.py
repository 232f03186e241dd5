"""Server process: a bare pika echo on pika's usual, blocking connection, as in RabbitMQ's own tutorial."""

import os

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

from tests.load.echo import BLOCKING_QUEUE, IN_FLIGHT, reply_body

BODY = reply_body()


def echo(channel: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, _: bytes) -> None:
    """Answers one message."""
    answer = BasicProperties(correlation_id=properties.correlation_id)
    channel.basic_publish("", properties.reply_to, BODY, answer)
    channel.basic_ack(method.delivery_tag)


channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.queue_declare(BLOCKING_QUEUE, auto_delete=True)
channel.basic_qos(prefetch_count=IN_FLIGHT)
channel.basic_consume(BLOCKING_QUEUE, echo)
print("ready", flush=True)
channel.start_consuming()
