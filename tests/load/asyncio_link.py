"""pika on an event loop with nothing around it: a connection and a channel."""

import asyncio
import os

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel


async def open_channel() -> Channel:
    """A channel on a new connection to the broker of `AMQP_URL`."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[Channel] = loop.create_future()
    AsyncioConnection(
        pika.URLParameters(os.environ["AMQP_URL"]),
        on_open_callback=lambda connection: connection.channel(on_open_callback=opened.set_result),
        on_open_error_callback=lambda _, problem: opened.set_exception(problem),
        custom_ioloop=loop,
    )
    return await opened


async def declare(channel: Channel, queue: str) -> str:
    """A classic queue that ends with its consumer; answers its name."""
    declared: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    channel.queue_declare(queue, auto_delete=True, callback=lambda frame: declared.set_result(frame.method.queue))
    return await declared
