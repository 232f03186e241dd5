"""Opens a company: `python -m deploy.open_company NAME --payment-account acct_… --administrator NAME EMAIL`.

The operator's command, sent over the bus (`AMQP_URL`); there is no HTTP route for it. The administrator gets
an invitation by mail.
"""

import argparse
import asyncio
import os
from uuid import NAMESPACE_URL, UUID, uuid5

from gateway.bus import Bus
from services.contracts.identity.portals import CompanyView, OpenCompany

CONNECT_SECONDS = 10.0


def main() -> None:
    """Reads the command line, opens the company and prints its id."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--payment-account", required=True, help="the company's connected account at the provider")
    parser.add_argument("--administrator", nargs=2, required=True, metavar=("NAME", "EMAIL"))
    arguments = parser.parse_args()
    company = asyncio.run(open_company(arguments.name, arguments.payment_account, *arguments.administrator))
    print(f"Opened {company.name} ({company.id}); {arguments.administrator[1]} is invited by mail")


async def open_company(name: str, payment_account: str, administrator: str, email: str) -> CompanyView:
    """Opens it once: the same company, account and administrator again answer the same company."""
    command = OpenCompany(
        id=_id_of("open-company", name, payment_account, email),
        name=name,
        payment_account=payment_account,
        administrator_name=administrator,
        administrator_email=email,
    )
    bus = Bus(os.environ["AMQP_URL"])
    bus.start()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            while not bus.connected:
                await asyncio.sleep(0.02)
        return await bus.ask(command)
    finally:
        await bus.close()


def _id_of(*words: str) -> UUID:
    """The same words, the same message: a repeat is recognised."""
    return uuid5(NAMESPACE_URL, "\n".join(words))


if __name__ == "__main__":
    main()
