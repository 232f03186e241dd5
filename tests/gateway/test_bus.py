"""The bus against a real broker: what a call becomes on the wire, and every way in which it can fail."""

import asyncio
import threading
import time

import pytest
from pydantic import SecretStr

from deploy.local.stack import Stack
from gateway.bus import Bus
from gateway.wire import DeadlinePassed, ServiceFailed, Unavailable
from services.contracts.billing.invoices import GetBalance, GetInvoice, ListInvoices
from services.contracts.errors import DomainError, conflict
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.sessions import ResolveSession
from services.contracts.principals import Principal
from tests.gateway import world
from tests.gateway.contracts.hurried import Tell, Told
from tests.gateway.contracts.nobody import CallOut
from tests.gateway.neighbours import Neighbours, Silence
from tests.gateway.waiting import connected, until

pytestmark = pytest.mark.anyio


async def test_an_answer_comes_back_as_the_type_that_the_message_names(bus: Bus, neighbours: Neighbours) -> None:
    neighbours.answer(GetInvoice, world.invoice(7))
    invoice = await bus.ask(GetInvoice(invoice_id=world.id_of("invoice 7")), world.PRIYA)
    assert invoice == world.invoice(7)


async def test_a_call_is_what_a_stock_nameko_service_expects(bus: Bus, neighbours: Neighbours) -> None:
    neighbours.answer(ListInvoices, world.page_of(0))
    await bus.ask(ListInvoices(status="due"), world.PRIYA)
    call = neighbours.heard[-1]
    assert call.routing_key == "billing.list_invoices"
    assert call.message["status"] == "due"
    assert Principal.model_validate(call.principal) == world.PRIYA
    assert call.properties.content_type == "application/json"
    assert call.properties.delivery_mode == 1
    assert call.properties.expiration == "10000"
    assert call.properties.reply_to and call.properties.correlation_id
    assert call.headers["nameko.call_id_stack"]
    assert 0 < call.headers["nameko.deadline"] / 1000 - time.time() <= 10


async def test_a_secret_travels_in_clear_and_is_not_kept(bus: Bus, neighbours: Neighbours) -> None:
    await bus.ask(ResolveSession(token=SecretStr(world.PRIYA_TOKEN)))
    call = neighbours.heard[-1]
    assert call.message["token"] == world.PRIYA_TOKEN
    assert call.properties.delivery_mode == 1


async def test_five_hundred_calls_at_once_each_get_their_own_answer(bus: Bus, neighbours: Neighbours) -> None:
    numbers = range(500)
    by_id = {str(world.id_of(f"invoice {number}")): number for number in numbers}
    neighbours.answer(GetInvoice, lambda message: world.invoice(by_id[message["invoice_id"]]))
    asked = [GetInvoice(invoice_id=world.id_of(f"invoice {number}")) for number in numbers]
    answers = await asyncio.gather(*(bus.ask(message) for message in asked))
    assert [invoice.number for invoice in answers] == [f"INV-2026-{number:05}" for number in numbers]


async def test_a_refusal_crosses_as_data(bus: Bus, neighbours: Neighbours) -> None:
    neighbours.answer(GetBalance, conflict("It is paid.", reason="paid", field="invoice_ids"))
    with pytest.raises(DomainError) as refused:
        await bus.ask(GetBalance())
    assert (refused.value.code, refused.value.message) == ("conflict", "It is paid.")
    assert refused.value.details == {"reason": "paid", "field": "invoice_ids"}


async def test_an_answer_that_breaks_its_contract_is_a_bug(bus: Bus, neighbours: Neighbours) -> None:
    neighbours.answer(GetBalance, lambda _: {"current": "much"})
    with pytest.raises(ServiceFailed):
        await bus.ask(GetBalance())


async def test_a_call_that_no_queue_takes_fails_at_once(bus: Bus, neighbours: Neighbours) -> None:
    # Whoever waits in vain until the deadline is told of that instead.
    with pytest.raises(Unavailable):
        await bus.ask(CallOut())


async def test_a_call_without_an_answer_ends_at_its_deadline(bus: Bus, neighbours: Neighbours) -> None:
    neighbours.answer(Tell, Silence)
    with pytest.raises(DeadlinePassed):
        await bus.ask(Tell())
    assert neighbours.heard[-1].properties.expiration == "300"


async def test_an_answer_after_the_deadline_harms_nobody(bus: Bus, neighbours: Neighbours) -> None:
    late = threading.Event()
    neighbours.answer(Tell, lambda _: Told(text=f"late: {late.wait(10)}"))
    with pytest.raises(DeadlinePassed):
        await bus.ask(Tell())
    late.set()
    neighbours.answer(ListInvoices, world.page_of(2))
    assert len((await bus.ask(ListInvoices())).items) == 2


async def test_more_calls_than_the_bound_are_refused_at_once(backing: Stack, neighbours: Neighbours) -> None:
    neighbours.answer(ListInvoices, Silence)
    async with connected(Bus(backing.broker.url, in_flight=2)) as bus:
        waiting = [asyncio.ensure_future(bus.ask(ListInvoices())) for _ in range(2)]
        await until(lambda: len(neighbours.calls(ListInvoices)) == 2)
        with pytest.raises(Unavailable, match="too many"):
            await bus.ask(GetBalance())
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        neighbours.answer(ListInvoices, world.page_of(0))
        await bus.ask(ListInvoices())


async def test_a_silent_service_is_left_alone_until_it_speaks_again(bus: Bus, neighbours: Neighbours) -> None:
    neighbours.answer(Tell, Silence)
    for _ in range(5):
        with pytest.raises(DeadlinePassed):
            await bus.ask(Tell())
    with pytest.raises(Unavailable):
        await bus.ask(Tell())
    assert len(neighbours.calls(Tell)) == 5, "an open breaker lets nothing out"
    await bus.ask(ResolveSession(token=SecretStr(world.PRIYA_TOKEN)))

    neighbours.answer(Tell, Told(text="back"))
    assert await _told_again(bus) == "back"


async def _told_again(bus: Bus) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            return (await bus.ask(Tell())).text
        except (Unavailable, DeadlinePassed):
            assert time.monotonic() < deadline, "the breaker lets no probe through"
            await asyncio.sleep(0.02)


async def test_an_event_is_heard_by_every_listener(backing: Stack, neighbours: Neighbours) -> None:
    heard: list[AccessChanged] = []
    first, second = Bus(backing.broker.url), Bus(backing.broker.url)
    for each in (first, second):
        each.listen(AccessChanged, heard.append)
    async with connected(first), connected(second):
        event = AccessChanged(company_id=world.COMPANY, principal_ids=[world.PRIYA.id])
        neighbours.announce(event)
        await until(lambda: len(heard) == 2)
    assert heard == [event, event]


async def test_a_listener_that_fails_does_not_end_the_connection(backing: Stack, neighbours: Neighbours) -> None:
    heard: list[AccessChanged] = []

    def hear(event: AccessChanged) -> None:
        heard.append(event)
        raise RuntimeError("a listener's bug")

    bus = Bus(backing.broker.url)
    bus.listen(AccessChanged, hear)
    async with connected(bus):
        for _ in range(2):
            neighbours.announce(AccessChanged(company_id=world.COMPANY, principal_ids=[]))
        await until(lambda: len(heard) == 2)
        assert bus.connected


async def test_closing_fails_what_is_pending(backing: Stack, neighbours: Neighbours) -> None:
    neighbours.answer(ListInvoices, Silence)
    async with connected(Bus(backing.broker.url)) as bus:
        waiting = asyncio.ensure_future(bus.ask(ListInvoices()))
        await until(lambda: neighbours.calls(ListInvoices))
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await bus.ask(ListInvoices())
