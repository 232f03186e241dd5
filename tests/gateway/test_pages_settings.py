"""What a portal's settings change on its pages, from the next request on."""

from typing import Any

import httpx
import pytest

from services.contracts.billing.invoices import GetInvoice
from services.contracts.principals import Section
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, priya, sign_in

pytestmark = pytest.mark.anyio

PAGES: dict[Section, list[str]] = {
    "invoices": ["invoices", "payments", "payment-methods", f"invoices/{world.id_of('invoice 1')}"],
    "proposals": ["proposals", f"proposals/{world.id_of('proposal')}", f"proposals/{world.id_of('proposal')}/sign"],
    "requests": ["requests", "requests/new", f"requests/{world.id_of('request')}"],
}
"""The sections that have pages, and the pages."""


async def with_settings(client: httpx.AsyncClient, neighbours: Neighbours, **settings: Any) -> httpx.AsyncClient:
    """Priya's browser, in a portal with these settings."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya(**settings))
    return client


@pytest.mark.parametrize("section", PAGES)
async def test_a_section_that_is_off_has_no_page_no_way_to_it_and_no_part_of_the_dashboard(
    client: httpx.AsyncClient, neighbours: Neighbours, section: Section
) -> None:
    others: list[Section] = [each for each in PAGES if each != section]
    browser = await with_settings(client, neighbours, sections=others)
    for page in PAGES[section]:
        assert (await browser.get(f"{PORTAL}/{page}")).status_code == 404
        assert (await browser.get(f"{PORTAL}/{page}/pdf")).status_code == 404
    dashboard = (await browser.get(f"{PORTAL}/dashboard")).text
    assert f'href="{PORTAL}/{section}' not in dashboard
    assert all(f'href="{PORTAL}/{each}' in dashboard for each in others)


async def test_a_portal_may_have_every_section_and_shows_those_that_have_pages(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    every = ["invoices", "programs", "proposals", "quotes", "jobs", "visits", "equipment", "requests"]
    browser = await with_settings(client, neighbours, sections=every)
    answer = await browser.get(f"{PORTAL}/dashboard")
    assert answer.status_code == 200
    assert all(f'href="{PORTAL}/{each}' in answer.text for each in PAGES)


async def test_without_electronic_payments_no_page_offers_to_pay_and_each_says_why(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    browser = await with_settings(client, neighbours, electronic_payments=False)
    why = "Online payments are switched off."
    stuck = world.invoice().model_copy(update={"payable": False, "not_payable_because": why})
    neighbours.answer(GetInvoice, stuck)
    item = (await browser.get(f"{PORTAL}/invoices/{stuck.id}")).text
    assert why in item and "Pay this invoice" not in item
    asked_to_pay = await browser.get(f"{PORTAL}/pay", params={"invoice": str(stuck.id)})
    assert asked_to_pay.headers["location"] == f"{PORTAL}/invoices/{stuck.id}"
    methods = (await browser.get(f"{PORTAL}/payment-methods")).text
    assert why in methods and "new_method.js" not in methods


@pytest.mark.parametrize(("types", "offered"), [(["card"], True), (["us_bank_account"], False)])
async def test_a_card_is_added_only_where_cards_are_accepted(
    client: httpx.AsyncClient, neighbours: Neighbours, types: list[str], offered: bool
) -> None:
    browser = await with_settings(client, neighbours, payment_method_types=types)
    assert ("data-card-fields" in (await browser.get(f"{PORTAL}/payment-methods")).text) == offered


@pytest.mark.parametrize("on", [True, False])
async def test_another_amount_is_asked_for_only_where_parts_are_paid(
    client: httpx.AsyncClient, neighbours: Neighbours, on: bool
) -> None:
    browser = await with_settings(client, neighbours, partial_payments=on)
    page = await browser.get(f"{PORTAL}/pay", params={"invoice": str(world.id_of("invoice 1"))})
    assert ('name="amount"' in page.text) == on
