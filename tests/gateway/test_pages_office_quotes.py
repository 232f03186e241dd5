"""The office's pages of quotes that it writes down and changes, and of a property for who may only read."""

import httpx
import pytest

from services.contracts.proposals.quotes import ChangeQuote, CreateQuote, GetQuote, QuoteView
from tests.gateway import office_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import NOW, fields
from tests.gateway.world import dollars, id_of

pytestmark = pytest.mark.anyio


async def test_a_quote_is_written_down_and_changed(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    quote = QuoteView.model_validate(
        {
            "id": id_of("quote"),
            "number": "QUO-2026-00001",
            "status": "open",
            "description": "A hedge",
            "price_estimate": dollars(900),
            "customer": world.LAKESIDE,
            "property": world.CLUBHOUSE,
            "created_by": "Rosa Diaz",
            "created_at": NOW,
            **dict.fromkeys(("contact_id", "assigned_to", "scheduled_on", "finalized_at")),
            "note": "",
            "proposals": [],
        }
    )
    for message in (CreateQuote, ChangeQuote, GetQuote):
        neighbours.answer(message, quote)
    place, one = f"/office/quotes/new?property={world.CLUBHOUSE.id}", f"/office/quotes/{quote.id}"

    wrong = await ada.post(place, data=fields(description="A hedge", price_estimate="a lot"))
    made = await ada.post(place, data=fields(description="A hedge", price_estimate="900"))
    shown = await ada.get(f"{one}/edit")
    changed = await ada.post(f"{one}/edit", data=fields(description="A taller hedge", price_estimate=""))

    assert wrong.status_code == 422 and 'id="price_estimate-problem"' in wrong.text
    assert made.headers["location"] == f"{one}?said=added"
    assert 'value="900.00"' in shown.text
    assert changed.headers["location"] == f"{one}?said=saved"
    assert neighbours.last(ChangeQuote)["price_estimate"] == "unset"


async def test_who_may_only_read_sees_a_property_without_a_form(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada("sales_rep"))
    answer = await ada.get(f"/office/properties/{world.PLACE.id}")

    assert "1 Lake Way" in answer.text
    assert 'name="sales_rep_id"' not in answer.text
