"""`make compose`: the compose system that runs is paid through, and scaled meanwhile. Ends with 1 where that failed.

    docker compose -f deploy/compose/compose.yaml up --build --detach --wait
    python -m tests.compose [--service billing] [--payments 20]

It loads the demo world where it is not there; then one customer pays an invoice and gets the receipt; then four go on
paying while a service is scaled from 1 to 3 to 1. Not one request may fail, each payment is charged once, and
billing's audit finds nothing.
"""

import argparse
import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime

from deploy.demo.portico import Portico
from deploy.local.world import SERVICES
from tests.compose import system
from tests.compose.payers import PEOPLE, Payer, Told, receipt
from tests.compose.system import Failed

BUSIEST = {"billing": "pay_invoices", "identity": "get_principal"}
"""A method that every payment calls, by service, to see which replicas answer it."""


def main() -> int:
    """Runs it all; the exit code says whether anything failed."""
    wanted = _arguments()
    try:
        print("The demo world", flush=True)
        system.compose("run", "--rm", "--no-TTY", "--env", "DEMO=1", "operator", "deploy.demo")
        told = asyncio.run(_paid(wanted.service, wanted.payments))
        _prove(told)
    except Failed as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.compose", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--service", choices=SERVICES, default="billing", help="which one is scaled")
    parser.add_argument("--payments", type=int, default=20, help="made with each number of replicas, at least")
    return parser.parse_args()


async def _paid(service: str, payments: int) -> Told:
    """What the payers were told, from the first invoice to the last."""
    # The provider's secret key is for who opens companies; here they are open.
    async with Portico(system.PORTAL, system.MAIL, system.PAYMENTS, payments_key="") as portico:
        payers = [await Payer.of(portico, *each) for each in PEOPLE]
        await _slice(portico, payers[0])
        return await _scaled(payers, service, payments)


async def _slice(portico: Portico, payer: Payer) -> None:
    invoice = await payer.pay(Told())
    subject = await receipt(portico, PEOPLE[0][2], invoice["number"])
    print(f"{invoice['number']} is paid; its mail: {subject}", flush=True)


async def _scaled(payers: list[Payer], service: str, payments: int) -> Told:
    told, stop = Told(), asyncio.Event()
    paying = [asyncio.create_task(payer.until(stop, told)) for payer in payers]
    try:
        for replicas in (1, 3, 1):
            await asyncio.to_thread(system.scale, service, replicas)
            await asyncio.to_thread(system.wait_until_watched, service, replicas)
            await _until(told, len(told.paid) + payments)
            print(f"{service} x {replicas}: {_figures(told)}; answered {_answers(service)}", flush=True)
    finally:
        stop.set()
        await asyncio.gather(*paying)
    return told


async def _until(told: Told, payments: int) -> None:
    """Returns when so many are made, or one request failed."""
    async with asyncio.timeout(system.PATIENCE_SECONDS):
        while len(told.paid) < payments and not told.failures:
            await asyncio.sleep(0.2)


def _figures(told: Told) -> str:
    return f"{told.requests} requests, {len(told.failures)} failed, {len(told.paid)} payments"


def _answers(service: str) -> str:
    method = BUSIEST.get(service)
    return f"{method}: {system.answered(service, method)}" if method else ""


def _prove(told: Told) -> None:
    """Raises Failed with the first thing that is not as it should be."""
    if told.failures:
        raise Failed("\n".join([f"{len(told.failures)} requests failed", *told.failures[:20]]))
    times = Counter(charge["metadata"].get("payment_id") for charge in system.charges())
    wrong = [payment for payment in told.paid if times[payment] != 1]
    twice = [payment for payment, count in times.items() if count > 1]
    if wrong or twice:
        raise Failed(f"not charged exactly once: {wrong + twice}")
    print(f"{len(told.paid)} payments, each charged once; {sum(times.values())} charges in all")
    # All that was told is settled: the provider is asked for it too, and not only for what is older.
    audit = ("python", "-m", "services.billing.audit", "--until", datetime.now(UTC).isoformat())
    print(system.compose("exec", "--no-TTY", "billing", *audit).strip())


if __name__ == "__main__":
    sys.exit(main())
