"""Opens a company, maybe with its first branch, from the command line.

    python -m deploy.open_company "Evergreen Grounds" --payment-account acct_… --administrator "Ada" ada@evergreen.test
        --branch evergreen-austin --brand "Evergreen Austin" --colour "#1f6f4a" --time-zone America/Chicago

The operator's command, sent over the bus (`AMQP_URL`); there is no HTTP route for it. The administrator gets an
invitation by mail. The same command again changes nothing and says the same.
"""

import argparse
import asyncio
import os
import sys
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from gateway.bus import Bus, DeadlinePassed, Unavailable
from services.contracts.errors import DomainError
from services.contracts.identity.portals import Brand, CompanyView, NewBranch, OpenCompany

CONNECT_SECONDS = 10.0
DEFAULT_TIME_ZONE = "America/Chicago"

OPENED_BEFORE = (
    "A company with this payment account was opened before, with other details. "
    "Its administrator changes it and adds branches in the office."
)


class Refused(Exception):
    """Why no company was opened, as a sentence for the operator."""


def main(argv: list[str] | None = None) -> int:
    """Reads the command line, opens the company and says what was opened; 1 where it was refused."""
    arguments = _parser().parse_args(argv)
    administrator, email = arguments.administrator
    try:
        branch = _branch(arguments)
        company = asyncio.run(
            open_company(arguments.name, arguments.payment_account, administrator, email, branch=branch)
        )
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"Opened {company.name} ({company.id}); {email} is invited by mail")
    if branch:
        print(f"Its first portal is at /{branch.slug}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--payment-account", required=True, help="the company's connected account at the provider")
    parser.add_argument("--administrator", nargs=2, required=True, metavar=("NAME", "EMAIL"))
    parser.add_argument("--branch", metavar="SLUG", help="the address of its first branch's portal")
    parser.add_argument("--brand", metavar="NAME", help="what the portal is called; the company's name unless given")
    parser.add_argument("--colour", metavar="#RRGGBB", help="the portal's accent colour")
    parser.add_argument("--time-zone", default=DEFAULT_TIME_ZONE, help=f"of the branch; {DEFAULT_TIME_ZONE}")
    return parser


def _branch(arguments: argparse.Namespace) -> NewBranch | None:
    if arguments.branch is None:
        if arguments.brand or arguments.colour:
            raise Refused("--brand and --colour are of a branch: name it with --branch.")
        return None
    brand = {"name": arguments.brand or arguments.name}
    if arguments.colour:
        brand["colour"] = arguments.colour.lower()
    try:
        return NewBranch(slug=arguments.branch, brand=Brand.model_validate(brand), time_zone=arguments.time_zone)
    except ValidationError as error:
        raise _invalid(error) from None


async def open_company(
    name: str, payment_account: str, administrator: str, email: str, *, branch: NewBranch | None = None
) -> CompanyView:
    """Opens it once: the same command again answers the same company. Raises Refused."""
    try:
        command = OpenCompany(
            id=_id_of("open-company", payment_account),
            name=name,
            payment_account=payment_account,
            administrator_name=administrator,
            administrator_email=email,
            branch=branch,
        )
    except ValidationError as error:
        raise _invalid(error) from None
    try:
        return await _sent(command)
    except DomainError as refusal:
        if refusal.details.get("reason") in ("id_reused", "payment_account_taken"):
            raise Refused(OPENED_BEFORE) from None
        raise Refused(refusal.message) from None
    except (Unavailable, DeadlinePassed):
        raise Refused("Identity does not answer: is it running? Once it is, the same command is safe.") from None


async def _sent(command: OpenCompany) -> CompanyView:
    url = os.environ.get("AMQP_URL")
    if not url:
        raise Refused("Set AMQP_URL to the broker's address.")
    bus = Bus(url)
    bus.start()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            while not bus.connected:
                await asyncio.sleep(0.02)
        return await bus.ask(command)
    except TimeoutError:
        raise Refused(f"The broker at AMQP_URL could not be reached within {CONNECT_SECONDS:g} s.") from None
    finally:
        await bus.close()


def _invalid(error: ValidationError) -> Refused:
    problems = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False))
    return Refused("; ".join(problems))


def _id_of(*words: str) -> UUID:
    """The same words, the same message: a repeat is recognised."""
    return uuid5(NAMESPACE_URL, "\n".join(words))


if __name__ == "__main__":
    sys.exit(main())
