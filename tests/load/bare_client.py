"""Client process: bare pika, with no more than a caller that awaits its answer needs: one future per call."""

import asyncio
import itertools

import uvloop
from pika.spec import BasicProperties

from tests.load.bare_link import declare, open_channel
from tests.load.drive import drive
from tests.load.echo import IN_FLIGHT, QUEUE, call_body


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
        channel.basic_publish("", QUEUE, body, BasicProperties(correlation_id=number, reply_to=reply_to))
        return await reply

    await drive(call, IN_FLIGHT)


uvloop.run(main())
