"""Loads the demo world once: `python -m deploy.demo`, with DEMO=1 and the addresses of a running Portico."""

import asyncio
import os
import sys

from deploy.demo import coolair, evergreen, harbor
from deploy.demo.portico import Portico


def main() -> None:
    """Loads every company; what is there already is left as it is."""
    if os.environ.get("DEMO") != "1":
        sys.exit("The demo world is for demonstrations only: set DEMO=1 to load it.")
    asyncio.run(load())


async def load() -> None:
    """Company by company, saying what was done."""
    async with Portico.from_environment() as portico:
        for company in (evergreen, coolair, harbor):
            print(f"Loading {company.NAME}", flush=True)
            await company.load(portico)


main()
