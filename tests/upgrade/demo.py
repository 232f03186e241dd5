"""Run with one release's modules: loads two of its demo companies, which between them use every service."""

import asyncio

from deploy.demo import evergreen, harbor
from deploy.demo.portico import Portico


async def load() -> None:
    async with Portico.from_environment() as portico:
        for company in (evergreen, harbor):
            await company.load(portico)


asyncio.run(load())
