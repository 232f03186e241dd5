"""Client process: the leanest that pika can be: its asyncio connection, and one future per call."""

import asyncio
import itertools

import uvloop
from pika.spec import BasicProperties

from tests.load.asyncio_link import declare, open_channel
from tests.load.drive import drive
from tests.load.echo import ASYNCIO_QUEUE, IN_FLIGHT, call_body


async def main() -> None:
    """Connects, then makes rounds."""
    channel = await open_channel()
    reply_to = await declare(channel, "")
    pending: dict[str, asyncio.Future[bytes]] = {}
    channel.basic_consume(
        reply_to, lambda _, __, said, body: pending.pop(said.correlation_id).set_result(body), auto_ack=True
    )
    numbers = map(str, itertools.count())
    body = call_body()
    loop = asyncio.get_running_loop()

    async def call() -> bytes:
        number = next(numbers)
        reply = pending[number] = loop.create_future()
        channel.basic_publish("", ASYNCIO_QUEUE, body, BasicProperties(correlation_id=number, reply_to=reply_to))
        answer: bytes = await reply
        return answer

    await drive(call, IN_FLIGHT)


uvloop.run(main())
