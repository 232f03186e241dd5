"""The statement of account and the credits, as the customer's pages."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from gateway.portal.statements import presets
from gateway.statements import Period
from services.contracts.billing.credits import (
    CreditApplication,
    CreditView,
    GetStatement,
    GetStatementPdf,
    ListCredits,
)
from services.contracts.billing.invoices import BalanceView, GetBalance
from services.contracts.errors import invalid
from services.contracts.identity.customers import GetCustomer
from services.contracts.messages import Page
from services.contracts.principals import Permission
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, THREE, priya, sign_in
from tests.gateway.test_credits import CREDIT, STATEMENT
from tests.gateway.world import CLUBHOUSE, dollars, id_of

pytestmark = pytest.mark.anyio

DAYS = "since=2026-09-01&until=2026-11-30"
EMPTY = STATEMENT.model_copy(update={"lines": [], "closing": STATEMENT.opening, "unapplied_credit": dollars(0)})


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in, where her customer has a statement and a credit."""
    pages_world.know_portal(neighbours)
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(GetStatement, STATEMENT)
    neighbours.answer(ListCredits, Page[CreditView](items=[CREDIT]))
    sign_in(client, neighbours, priya())
    yield client


def asked(neighbours: Neighbours) -> dict[str, Any]:
    """What the last statement was asked for."""
    return neighbours.calls(GetStatement)[-1].message


# The statement


async def test_a_statement_runs_from_the_opening_to_the_closing_balance(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{PORTAL}/statement?{DAYS}")).text

    amounts = re.findall(r"-?\$[\d,.]+", page.partition("<tbody")[2].partition("</table>")[0])
    assert amounts == ["$10.00", "$480.00", "$490.00", "-$480.05", "$9.95", "$9.95"]
    for said in ("Balance brought forward", "Oct 1, 2026", "PAY-2026-00001", "Balance on Nov 30, 2026"):
        assert said in page
    assert 'value="2026-09-01"' in page


async def test_the_unapplied_credit_is_told_beside_the_statement(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{PORTAL}/statement?{DAYS}")).text

    assert f'<a href="{PORTAL}/credits">unapplied credit</a> of <span class="strong number">$75.00</span>' in page


async def test_a_statement_is_to_be_had_as_a_document_and_as_a_table_of_the_same_days(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    page = (await browser.get(f"{PORTAL}/statement?{DAYS}")).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/statement/[^"]*)"', page)]
    assert links == [f"{PORTAL}/statement/pdf?{DAYS}", f"{PORTAL}/statement/csv?{DAYS}"]

    table = await browser.get(links[1])

    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "-480.05" in table.text
    assert (asked(neighbours)["since"], asked(neighbours)["until"]) == ("2026-09-01", "2026-11-30")


async def test_without_days_a_statement_is_of_the_last_ninety(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    page = (await browser.get(f"{PORTAL}/statement")).text

    since, until = (date.fromisoformat(asked(neighbours)[name]) for name in ("since", "until"))
    assert (until - since).days == 90
    assert 'aria-current="page">Last 90 days</a>' in page


async def test_a_statement_is_of_the_customer_as_they_are_called_today_at_the_chosen_properties(
    client: httpx.AsyncClient, neighbours: Neighbours, browser: httpx.AsyncClient
) -> None:
    chosen = {"properties": THREE, "property_filter": [CLUBHOUSE.id]}
    sign_in(client, neighbours, priya().model_copy(update=chosen))

    page = (await browser.get(f"{PORTAL}/statement?{DAYS}")).text

    assert asked(neighbours)["property_ids"] == [str(CLUBHOUSE.id)]
    assert asked(neighbours)["customer"]["name"] == "Lakeside HOA"
    assert "Only the invoices of the chosen properties are counted: Clubhouse." in page


async def test_days_on_which_nothing_happened_say_so_and_keep_the_balance(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetStatement, EMPTY)

    page = (await browser.get(f"{PORTAL}/statement?{DAYS}")).text

    assert "Nothing happened on these days" in page
    assert page.count("$10.00") == 2
    assert "unapplied credit" not in page


@pytest.mark.parametrize("days", ["since=soon&until=2026-11-30", "since=2026-09-01&until=2026-02-30"])
async def test_what_is_no_day_is_said_beside_its_field(
    browser: httpx.AsyncClient, neighbours: Neighbours, days: str
) -> None:
    answer = await browser.get(f"{PORTAL}/statement?{days}")

    assert answer.status_code == 422
    assert "Enter a date such as 2026-01-31.</a>" in answer.text
    assert not neighbours.calls(GetStatement)
    assert (await browser.get(f"{PORTAL}/statement/csv?{days}")).headers["location"] == f"{PORTAL}/statement"


async def test_a_period_that_the_books_refuse_is_said_beside_its_field(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetStatement, invalid("The period ends before it begins.", field="until", reason="period"))

    answer = await browser.get(f"{PORTAL}/statement?since=2026-11-30&until=2026-09-01")

    assert answer.status_code == 422
    assert '<a href="#until">The period ends before it begins.</a>' in answer.text
    assert 'value="2026-11-30"' in answer.text
    assert "/statement/pdf" not in answer.text


async def test_who_may_not_see_invoices_has_neither_statement_nor_credits(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    pages_world.know_portal(neighbours)
    allowed: frozenset[Permission] = frozenset(("requests.view",))
    sign_in(client, neighbours, priya(allowed))

    for path in ("/statement", "/statement/pdf", "/statement/csv", "/credits"):
        assert (await client.get(f"{PORTAL}{path}")).status_code == 403
    assert "/statement" not in (await client.get(f"{PORTAL}/dashboard")).text
    assert not neighbours.calls(GetStatementPdf)


async def test_the_usual_days_do_not_begin_before_the_first_of_all(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    await browser.get(f"{PORTAL}/statement?until=0001-01-31")

    assert asked(neighbours)["since"] == "0001-01-01"


def test_the_periods_that_people_ask_for_are_whole_months_and_years() -> None:
    assert dict(presets(date(2027, 1, 15))) == {
        "Last 90 days": Period(date(2026, 10, 17), date(2027, 1, 15)),
        "This month": Period(date(2027, 1, 1), date(2027, 1, 15)),
        "Last month": Period(date(2026, 12, 1), date(2026, 12, 31)),
        "This year": Period(date(2027, 1, 1), date(2027, 1, 15)),
        "Last year": Period(date(2026, 1, 1), date(2026, 12, 31)),
    }


# Credits


async def test_a_credit_tells_what_is_left_of_it_and_where_the_rest_went(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    applied = CreditApplication(
        invoice_id=id_of("invoice 1"),
        invoice_number="INV-2026-00001",
        amount=dollars(50),
        applied_at=datetime(2026, 11, 21, 3, tzinfo=UTC),
    )
    credit = CREDIT.model_copy(update={"unapplied": dollars(25), "applications": [applied]})
    overpaid = CREDIT.model_copy(update={"number": "CR-2026-00002", "payment_id": id_of("payment")})
    neighbours.answer(ListCredits, Page[CreditView](items=[credit, overpaid], next_cursor="more"))

    page = (await browser.get(f"{PORTAL}/credits")).text

    for said in (
        "Goodwill",
        "$50.00",
        "on Nov 20, 2026",
        'data-label="Unapplied" class="number end right strong">$25.00',
    ):
        assert said in page
    assert f'href="{PORTAL}/invoices/{id_of("invoice 1")}">INV-2026-00001</a>' in page
    assert "No invoice yet" in page
    assert f'href="{PORTAL}/payments/{id_of("payment")}"' in page
    assert f'href="{PORTAL}/credits?cursor=more"' in page


async def test_unapplied_credit_is_explained_where_there_is_any(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    explained = "Unapplied credit has not reduced an invoice yet"
    assert explained in (await browser.get(f"{PORTAL}/credits")).text

    neighbours.answer(GetBalance, BalanceView(current=dollars(480), unapplied_credit=dollars(0)))
    assert explained not in (await browser.get(f"{PORTAL}/credits")).text


async def test_who_has_no_credit_is_told_what_one_is(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListCredits, Page[CreditView](items=[]))

    page = (await browser.get(f"{PORTAL}/credits")).text

    assert "No credits yet" in page
    assert "When we owe you money" in page
