"""Search over everything: who is asked, what is shown, and what is said where a service is silent."""

import httpx
import pytest

from gateway.office.search import marked
from services.contracts.billing.search import SearchBilling
from services.contracts.fieldwork.search import SearchWork
from services.contracts.identity.search import SearchPeople
from services.contracts.proposals.search import SearchOffers
from services.contracts.search import Hit, HitsView
from tests.gateway import office_world
from tests.gateway.neighbours import Away, Neighbours
from tests.gateway.world import dollars, id_of

pytestmark = pytest.mark.anyio

LAKESIDE = Hit(kind="customer", id=id_of("Lakeside HOA"), title="Lakeside <HOA>", detail="Austin, TX")
INVOICE = Hit(kind="invoice", id=id_of("invoice"), title="INV-2026-00042", detail="Lakeside HOA", amount=dollars(480))
ASKED = (SearchPeople, SearchBilling, SearchOffers, SearchWork)


@pytest.fixture
def searched(ada: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """Ada's browser, where two services find something."""
    neighbours.answer(SearchPeople, HitsView(items=[LAKESIDE]))
    neighbours.answer(SearchBilling, HitsView(items=[INVOICE]))
    neighbours.answer(SearchOffers, HitsView(items=[]))
    neighbours.answer(SearchWork, HitsView(items=[]))
    return ada


async def test_what_is_found_is_grouped_linked_marked_and_escaped(searched: httpx.AsyncClient) -> None:
    answer = await searched.get("/office/search?q=lake")

    assert "<mark>Lake</mark>side &lt;HOA&gt;" in answer.text
    assert f'href="/office/customers/{LAKESIDE.id}"' in answer.text
    assert f'href="/office/invoices/{INVOICE.id}"' in answer.text
    assert "$480.00" in answer.text


async def test_a_service_that_does_not_answer_is_named_and_the_rest_shown(
    searched: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SearchWork, Away)
    answer = await searched.get("/office/search?q=lake")

    assert answer.status_code == 200
    assert "Jobs, requests and equipment" in answer.text
    assert "INV-2026-00042" in answer.text


@pytest.mark.parametrize("q", ["", "l", "   ", "%00%00"])
async def test_too_little_asks_nobody(searched: httpx.AsyncClient, neighbours: Neighbours, q: str) -> None:
    answer = await searched.get(f"/office/search?q={q}")

    assert answer.status_code in (200, 422)
    assert not any(neighbours.calls(each) for each in ASKED)


async def test_nothing_found_says_what_to_try(searched: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for each in ASKED:
        neighbours.answer(each, HitsView(items=[]))
    answer = await searched.get("/office/search", params={"q": "<script>"})

    assert "Nothing begins with “&lt;script&gt;”" in answer.text


async def test_every_page_of_the_office_has_the_box(searched: httpx.AsyncClient) -> None:
    assert 'action="/office/search"' in (await searched.get("/office/customers")).text


def test_what_is_sought_is_marked_where_it_stands() -> None:
    assert marked("a&b", "&") == "a<mark>&amp;</mark>b"
    assert marked("<i>", "x") == "&lt;i&gt;"
    assert marked("İstanbul", "stan") == "İstanbul"


async def test_whoever_must_enrol_has_no_box(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada(must_enrol=True))
    answer = await ada.get("/office/account/second-factor")

    assert 'action="/office/search"' not in answer.text
