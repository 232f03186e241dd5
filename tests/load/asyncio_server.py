"""Server process: a bare echo on pika's asyncio connection, the leanest it has."""

import asyncio

import uvloop
from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from tests.load.asyncio_link import declare, open_channel
from tests.load.echo import ASYNCIO_QUEUE, IN_FLIGHT, reply_body

BODY = reply_body()


def echo(channel: Channel, method: Basic.Deliver, properties: BasicProperties, _: bytes) -> None:
    """Answers one message."""
    answer = BasicProperties(correlation_id=properties.correlation_id)
    channel.basic_publish("", properties.reply_to, BODY, answer)
    channel.basic_ack(method.delivery_tag)


async def main() -> None:
    """Serves until it is ended."""
    channel = await open_channel()
    channel.basic_qos(prefetch_count=IN_FLIGHT)
    channel.basic_consume(await declare(channel, ASYNCIO_QUEUE), echo, callback=lambda _: print("ready", flush=True))
    await asyncio.Event().wait()


uvloop.run(main())
