"""Client process: the gateway's bus asks the sample service to echo."""

import asyncio
import logging
import os

import structlog
import uvloop

from gateway import context
from gateway.bus import Bus
from tests.load.drive import drive
from tests.load.echo import CALLER, IN_FLIGHT, TEXT
from tests.sample.contracts.sample import Echo, NoteView


async def main() -> None:
    """Connects, then makes rounds."""
    bus = Bus(os.environ["AMQP_URL"])
    bus.start()
    while not bus.connected:
        await asyncio.sleep(0.05)

    context.enter(context.RequestContext("load"))

    async def call() -> NoteView:
        return await bus.ask(Echo(text=TEXT), CALLER)

    await drive(call, IN_FLIGHT)


# Standard output is for the rounds.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
uvloop.run(main())
