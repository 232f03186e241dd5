"""Lists of the office as CSV: whole, narrowed as the list is, safe in a spreadsheet, and never a part for the whole."""

import csv
import io
from typing import Any

import httpx
import pytest

from gateway.exports.columns import cell
from gateway.exports.lists import EXPORTS
from services.contracts.errors import forbidden
from services.contracts.fieldwork.jobs import ListJobs
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.customers import CustomerView, ListCustomers
from services.contracts.messages import Page
from services.contracts.money import Money
from tests.contract.samples import make
from tests.gateway import office_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import NOW

pytestmark = pytest.mark.anyio


def rows_of(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def customers(message: dict[str, Any]) -> Page[CustomerView]:
    """Three pages, of a customer each."""
    number = int(message["cursor"] or 1)
    found = world.CUSTOMER.model_copy(update={"name": f"=Customer {number}"})
    return Page(items=[found], next_cursor=str(number + 1) if number < 3 else None)


async def test_every_page_of_a_list_is_in_its_file(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListCustomers, customers)
    answer = await ada.get("/office/customers.csv?search=cust")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="customers-')
    head, *rows = rows_of(answer)
    assert head[:4] == ["id", "external_id", "name", "line1"]
    assert [row[2] for row in rows] == ["'=Customer 1", "'=Customer 2", "'=Customer 3"]
    assert {call.message["search"] for call in neighbours.calls(ListCustomers)} == {"cust"}
    assert {call.message["limit"] for call in neighbours.calls(ListCustomers)} == {100}


async def test_what_the_service_refuses_is_refused_before_anything_is_sent(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListAuditEvents, forbidden())
    ada.headers["authorization"] = f"Bearer {office_world.TOKEN}"
    assert (await ada.get("/api/v1/office/audit-events.csv")).status_code == 403
    assert (await ada.get("/api/v1/office/audit-events.csv?colour=red")).status_code == 422


async def test_a_file_that_cannot_be_finished_breaks_off(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    def answer(message: dict[str, Any]) -> Page[CustomerView]:
        if message["cursor"]:
            raise forbidden()
        return customers(message)

    neighbours.answer(ListCustomers, answer)
    with pytest.raises(RuntimeError, match="response already started"):
        await ada.get("/office/customers.csv")


async def test_a_page_leads_to_its_list_as_csv_narrowed_as_it_is(ada: httpx.AsyncClient) -> None:
    text = (await ada.get("/office/customers?search=lake&cursor=more&said=added")).text
    assert 'href="/office/customers.csv?search=lake" download' in text
    assert 'href="/office/contacts.csv?search=lake" download' in text


@pytest.mark.parametrize("name", EXPORTS)
async def test_every_list_has_its_columns(ada: httpx.AsyncClient, neighbours: Neighbours, name: str) -> None:
    export = EXPORTS[name]
    sample = export.query.answer().model_validate(make(export.query)["answer"])
    neighbours.answer(export.query, sample.model_copy(update={"next_cursor": None}))

    head, row = rows_of(await ada.get(f"/office/{name}.csv"))

    assert len(head) == len(set(head)) == len(row) == len(export.columns)
    assert any(row)


async def test_a_property_narrows_a_list(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sample = ListJobs.answer().model_validate(make(ListJobs)["answer"])
    neighbours.answer(ListJobs, sample.model_copy(update={"next_cursor": None}))
    await ada.get(f"/office/jobs.csv?property={world.CLUBHOUSE.id}&property={world.PLACE.id}&status=booked")
    told = neighbours.last(ListJobs)
    assert told["property_ids"] == [str(world.CLUBHOUSE.id), str(world.PLACE.id)]
    assert told["status"] == "booked"


async def test_moments_have_a_zone_and_amounts_are_decimals() -> None:
    assert cell(NOW) == "2026-11-20T15:30:00+00:00"
    assert cell(Money(amount=-1250)) == "-12.50"
    assert cell(["Mowing", "Edging"]) == "Mowing | Edging"
    assert (cell(True), cell(None), cell(3)) == ("yes", "", "3")
