"""My Details: what is on file, changing it, and who changed it when."""

from datetime import UTC, datetime

import httpx
import pytest

from services.contracts.errors import conflict
from services.contracts.identity.customers import (
    ChangeDetails,
    DetailsChangeView,
    DetailsView,
    GetDetails,
    ListDetailsHistory,
)
from services.contracts.messages import Page
from services.contracts.principals import Permission
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

DETAILS = DetailsView(
    customer=world.CUSTOMER.model_copy(update={"phone": "512-555-0142"}),
    name="Priya Shah",
    email="priya@lakeside.test",
    phone="",
)
MOVED = {"line1": "2 Hill Rd", "line2": "Floor 3", "city": "Austin", "state": "TX", "zip": "78702"}
TYPED = {**MOVED, "state": "tx", "customer_name": "Lakeside HOA", "name": "Priya Shah", "phone": "512 555 0199"}


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """Priya's browser, who may edit."""
    return enter(client, neighbours, "details.view", "details.edit")


def enter(client: httpx.AsyncClient, neighbours: Neighbours, *permissions: Permission) -> httpx.AsyncClient:
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya(frozenset(permissions)))
    neighbours.answer(GetDetails, DETAILS)
    neighbours.answer(ListDetailsHistory, Page[DetailsChangeView](items=[]))
    neighbours.answer(ChangeDetails, DETAILS)
    return client


async def test_what_is_on_file_is_shown_and_led_to_from_the_menu(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{PORTAL}/details")).text

    for text in ("Lakeside HOA", "1 Lake Way", "Austin, TX 78701", "512-555-0142", "priya@lakeside.test"):
        assert text in page
    assert f'href="{PORTAL}/details" aria-current="page"' in page
    assert f'href="{PORTAL}/details/edit"' in page


async def test_the_history_says_who_changed_what(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    before = {"phone": "", "mailing_address": DETAILS.customer.mailing_address.model_dump()}
    change = DetailsChangeView(
        id=id_of("change"),
        at=datetime(2026, 11, 20, 15, tzinfo=UTC),
        changed_by="Ben Ortiz",
        before=before,
        after={"phone": "512-555-0100", "mailing_address": MOVED},
    )
    neighbours.answer(ListDetailsHistory, Page[DetailsChangeView](items=[change], next_cursor="more"))

    page = (await browser.get(f"{PORTAL}/details")).text

    assert "Ben Ortiz" in page
    assert "Nov 20, 2026, 9:00 AM CST" in page
    assert 'Own phone: <span class="sub">nothing</span> → 512-555-0100' in page
    assert "1 Lake Way, Austin, TX 78701</span> → 2 Hill Rd, Floor 3, Austin, TX 78702" in page
    assert f'href="{PORTAL}/details?cursor=more"' in page


async def test_details_are_changed_once_however_often_the_form_is_sent(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answers = [await browser.post(f"{PORTAL}/details/edit", data=fields(**TYPED)) for _ in range(2)]

    assert {answer.headers["location"] for answer in answers} == {f"{PORTAL}/details?saved=1"}
    first, second = neighbours.calls(ChangeDetails)
    assert first.message == second.message
    assert first.message["mailing_address"] == MOVED
    assert (first.message["phone"], first.message["customer_phone"]) == ("512 555 0199", "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"zip": "787"}, '<a href="#zip">Enter a ZIP code'),
        ({"state": "Texas"}, '<a href="#state">Enter the state'),
        ({"customer_email": "no address"}, '<a href="#customer_email">Enter an e-mail'),
        ({"phone": "call me"}, '<a href="#phone">Enter a phone number'),
        ({"customer_name": " "}, '<a href="#customer_name">Enter the name'),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    browser: httpx.AsyncClient, neighbours: Neighbours, wrong: dict[str, str], sentence: str
) -> None:
    answer = await browser.post(f"{PORTAL}/details/edit", data=fields(**{**TYPED, **wrong}))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="2 Hill Rd"' in answer.text
    assert not neighbours.calls(ChangeDetails)


async def test_a_refusal_is_said_on_the_form(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeDetails, conflict("Somebody is changing this just now."))

    answer = await browser.post(f"{PORTAL}/details/edit", data=fields(**TYPED))

    assert answer.status_code == 409
    assert "Somebody is changing this just now." in answer.text


async def test_whoever_may_only_look_is_not_offered_to_edit(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    enter(client, neighbours, "details.view")

    assert "/details/edit" not in (await client.get(f"{PORTAL}/details")).text
    assert (await client.get(f"{PORTAL}/details/edit")).status_code == 403
    assert (await client.post(f"{PORTAL}/details/edit", data=fields(**TYPED))).status_code == 403
    assert not neighbours.calls(ChangeDetails)


async def test_whoever_may_not_look_is_not_led_there(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    enter(client, neighbours, "invoices.view")

    assert f'href="{PORTAL}/details"' not in (await client.get(f"{PORTAL}/dashboard")).text
    assert (await client.get(f"{PORTAL}/details")).status_code == 403
