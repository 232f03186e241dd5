"""The bus and a broker that dies: what is pending fails at once, and everything comes back by itself."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack, for_tests
from gateway.bus import Bus
from gateway.wire import Unavailable
from services.contracts.billing.invoices import ListInvoices
from services.contracts.identity.contacts import AccessChanged
from tests.gateway import world
from tests.gateway.neighbours import Neighbours, Silence
from tests.gateway.waiting import connected, until

pytestmark = pytest.mark.anyio

BROKER_SECONDS = 60


@pytest.fixture(scope="module")
def mortal() -> Iterator[Stack]:
    """A broker of its own, which can be killed."""
    with for_tests(private=True) as stack:
        stack.start_broker()
        yield stack


async def test_a_broker_that_dies_fails_what_is_pending_and_is_found_again(mortal: Stack) -> None:
    heard: list[AccessChanged] = []
    connections: list[float] = []
    bus = Bus(mortal.broker.url)
    bus.listen(AccessChanged, heard.append)
    bus.on_connect(lambda: connections.append(time.monotonic()))
    neighbours = Neighbours(mortal.broker.url)
    neighbours.answer(ListInvoices, Silence)
    async with connected(bus):
        waiting = [asyncio.ensure_future(bus.ask(ListInvoices())) for _ in range(50)]
        await until(lambda: len(neighbours.calls(ListInvoices)) == 50)

        mortal.supervisor.kill("broker")
        failures = await asyncio.gather(*waiting, return_exceptions=True)
        # Those that wait in vain until their deadline are told of that instead.
        assert {type(failure) for failure in failures} == {Unavailable}
        with pytest.raises(Unavailable):
            await bus.ask(ListInvoices())
        assert not bus.connected

        await until(lambda: bus.connected, BROKER_SECONDS)
        assert len(connections) == 2
        again = Neighbours(mortal.broker.url)
        again.answer(ListInvoices, world.page_of(3))
        assert len((await bus.ask(ListInvoices())).items) == 3
        again.announce(AccessChanged(company_id=world.COMPANY, principal_ids=[]))
        await until(lambda: heard)
        again.close()


async def test_a_gateway_that_starts_before_its_broker_connects_later(mortal: Stack) -> None:
    mortal.supervisor.kill("broker")
    bus = Bus(mortal.broker.url)
    bus.start()
    with pytest.raises(Unavailable):
        await bus.ask(ListInvoices())
    await until(lambda: bus.connected, BROKER_SECONDS)
    await bus.close()
