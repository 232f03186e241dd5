"""The property filter: in the header of every section, saved, and the same everywhere."""

from typing import Any

import httpx
import pytest

from services.contracts.billing.credits import GetStatement, ListCredits
from services.contracts.billing.invoices import GetBalance, ListInvoices
from services.contracts.billing.payments import ListPayments
from services.contracts.errors import not_found
from services.contracts.fieldwork.requests import ListRequests
from services.contracts.identity.contacts import GetContactPortals, PropertyFilterView, SetPropertyFilter
from services.contracts.identity.customers import GetCustomer, ListProperties, PropertyView
from services.contracts.identity.sessions import ResolveSession
from services.contracts.messages import Ask, Page
from services.contracts.principals import Principal, Viewer
from services.contracts.proposals.proposals import ListProposals
from services.contracts.snapshots import PropertySnapshot
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Away, Neighbours
from tests.gateway.pages_world import ANNEX, NORTH_GATE, PORTAL, THREE, fields, sign_in
from tests.gateway.test_credits import STATEMENT
from tests.gateway.world import CLUBHOUSE, id_of

pytestmark = pytest.mark.anyio
NARROWED: dict[str, tuple[type[Ask[Any]], ...]] = {
    "/dashboard": (GetBalance, ListInvoices, ListProposals, ListRequests),
    "/invoices": (GetBalance, ListInvoices),
    "/payments": (ListPayments,),
    "/statement": (GetStatement,),
    "/credits": (ListCredits, GetBalance),
    "/proposals": (ListProposals,),
    "/requests": (ListRequests,),
}
NONE: dict[str, Any] = {}
ALL = {"property": [str(each.property_id) for each in THREE]}
ALL_BY_BUTTON = {"property": [str(ANNEX.id)], "all": "yes"}


def priya(*chosen: PropertySnapshot | PropertyView, **more: object) -> Principal:
    """Priya with three properties, of which these are chosen."""
    update = {"properties": THREE, "property_filter": [each.id for each in chosen], **more}
    return pages_world.priya().model_copy(update=update)


@pytest.fixture
def portal(neighbours: Neighbours) -> None:
    pages_world.know_portal(neighbours)
    neighbours.answer(ListPayments, Page(items=[]))
    neighbours.answer(ListCredits, Page(items=[]))
    neighbours.answer(GetStatement, STATEMENT)
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(SetPropertyFilter, PropertyFilterView(property_ids=[]))


@pytest.mark.usefixtures("portal")
async def test_the_choice_is_saved_and_leads_back_to_its_page(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    sign_in(client, neighbours, priya())
    page = (await client.get(f"{PORTAL}/invoices?status=due&cursor=abc")).text
    assert f'name="back" value="{PORTAL}/invoices?status=due"' in page

    typed = fields(back=f"{PORTAL}/invoices?status=due", property=str(NORTH_GATE.id))
    answer = await client.post(f"{PORTAL}/property-filter", data=typed)

    assert answer.headers["location"] == f"{PORTAL}/invoices?status=due"
    (sent,) = neighbours.calls(SetPropertyFilter)
    assert sent.message["property_ids"] == [str(NORTH_GATE.id)]


@pytest.mark.usefixtures("portal")
async def test_the_next_page_knows_the_new_choice(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, priya())
    await client.get(f"{PORTAL}/invoices")
    sign_in(client, neighbours, priya(NORTH_GATE))
    await client.post(f"{PORTAL}/property-filter", data=fields(property=str(NORTH_GATE.id)))

    page = (await client.get(f"{PORTAL}/invoices")).text

    assert '<span class="unseen">Showing</span> North Gate' in page
    assert neighbours.calls(ListInvoices)[-1].message["property_ids"] == [str(NORTH_GATE.id)]


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("path", NARROWED)
async def test_the_choice_holds_in_every_section(client: httpx.AsyncClient, neighbours: Neighbours, path: str) -> None:
    sign_in(client, neighbours, priya(CLUBHOUSE, ANNEX))

    page = (await client.get(f"{PORTAL}{path}")).text

    assert "2 of 3 properties" in page
    for message in NARROWED[path]:
        (sent,) = neighbours.calls(message)
        assert sent.message["property_ids"] == [str(CLUBHOUSE.id), str(ANNEX.id)]


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("ticked", [NONE, ALL, ALL_BY_BUTTON])
async def test_none_or_all_of_them_is_no_choice_at_all(
    client: httpx.AsyncClient, neighbours: Neighbours, ticked: dict[str, Any]
) -> None:
    sign_in(client, neighbours, priya(ANNEX))

    await client.post(f"{PORTAL}/property-filter", data={**fields(), **ticked})

    (sent,) = neighbours.calls(SetPropertyFilter)
    assert sent.message["property_ids"] == []


@pytest.mark.usefixtures("portal")
async def test_a_property_of_somebody_else_is_not_found(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, priya())
    neighbours.answer(SetPropertyFilter, not_found())

    for property_id in (str(id_of("somebody else's")), "not an id"):
        answer = await client.post(f"{PORTAL}/property-filter", data=fields(property=property_id))
        assert answer.status_code == 404


@pytest.mark.usefixtures("portal")
async def test_choosing_never_leads_out_of_the_portal(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, priya())

    answer = await client.post(f"{PORTAL}/property-filter", data=fields(back="https://evil.example/"))

    assert answer.headers["location"] == f"{PORTAL}/dashboard"


@pytest.mark.usefixtures("portal")
async def test_a_choice_of_which_nothing_is_left_shows_everything(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    gone = world.CLUBHOUSE.model_copy(update={"id": id_of("sold")})
    sign_in(client, neighbours, priya(gone))

    page = (await client.get(f"{PORTAL}/invoices")).text

    assert "All 3 properties" in page
    assert neighbours.calls(ListInvoices)[0].message["property_ids"] == []


@pytest.mark.usefixtures("portal")
async def test_there_is_nothing_to_choose_from_one_property(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, pages_world.priya())

    assert "property-filter" not in (await client.get(f"{PORTAL}/invoices")).text


@pytest.mark.usefixtures("portal")
async def test_a_viewer_sees_the_choice_and_cannot_change_it(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, priya(CLUBHOUSE, ANNEX, viewer=Viewer(id=id_of("rosa"), name="Rosa Diaz")))

    page = (await client.get(f"{PORTAL}/invoices")).text

    assert "2 of 3 properties" in page
    assert "property-filter" not in page


@pytest.mark.usefixtures("portal")
async def test_names_are_asked_for_as_seldom_as_the_principal(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    sign_in(client, neighbours, priya())

    for _ in range(3):
        await client.get(f"{PORTAL}/invoices")

    asked = [len(neighbours.calls(message)) for message in (ResolveSession, ListProperties, GetContactPortals)]
    assert asked == [1, 1, 1]


@pytest.mark.usefixtures("portal")
async def test_a_page_does_without_the_filter_while_identity_is_away(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    sign_in(client, neighbours, priya(NORTH_GATE))
    neighbours.answer(ListProperties, Away)

    answer = await client.get(f"{PORTAL}/invoices")

    assert answer.status_code == 200
    assert neighbours.calls(ListInvoices)[0].message["property_ids"] == [str(NORTH_GATE.id)]
