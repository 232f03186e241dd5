"""What surrounds every page, and what a page does when something is wrong."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import httpx
import pytest

from services.contracts.billing.invoices import GetBalance, GetInvoice, GetInvoicePdf, ListInvoices
from services.contracts.errors import not_found
from services.contracts.fieldwork.requests import CreateRequest
from services.contracts.messages import Page
from services.contracts.notifications.preferences import (
    ChangeNotificationPreferences,
    ContactKind,
    GetNotificationPreferences,
    NotificationPreferencesView,
)
from services.contracts.principals import Permission
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours, Silence
from tests.gateway.pages_world import PORTAL, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio
TEMPLATES = Path(__file__).parents[2] / "gateway" / "templates"


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())
    yield client


@pytest.fixture
def portal(neighbours: Neighbours) -> None:
    """The portal as anybody sees it."""
    pages_world.know_portal(neighbours)


# What surrounds a page


async def test_the_navigation_shows_what_is_on_and_permitted(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    pages_world.know_portal(neighbours)
    allowed: frozenset[Permission] = frozenset(("invoices.view", "requests.view"))
    sign_in(client, neighbours, priya(allowed, sections=["invoices", "proposals"]))

    page = (await client.get(f"{PORTAL}/dashboard")).text

    assert f'href="{PORTAL}/invoices"' in page
    assert f'href="{PORTAL}/proposals"' not in page
    assert f'href="{PORTAL}/requests"' not in page
    assert f'href="{PORTAL}/payments"' in page
    assert f'href="{PORTAL}/payment-methods"' not in page


async def test_a_section_that_is_switched_off_does_not_exist(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, priya(sections=["invoices"]))

    assert (await client.get(f"{PORTAL}/requests")).status_code == 404


async def test_a_section_without_permission_is_forbidden(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    sign_in(client, neighbours, priya(frozenset(("invoices.view",))))

    answer = await client.get(f"{PORTAL}/proposals")

    assert answer.status_code == 403
    assert "You have not been given access" in answer.text


async def test_the_dashboard_spares_the_rest_when_one_service_fails(
    browser: httpx.AsyncClient, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbours.answer(ListInvoices, Silence)
    neighbours.answer(GetBalance, Silence)
    for message in (ListInvoices, GetBalance):
        monkeypatch.setattr(message, "deadline_seconds", 0.2)

    answer = await browser.get(f"{PORTAL}/dashboard")

    assert answer.status_code == 200
    assert "Your balance cannot be shown right now" in answer.text
    assert "Broken sprinkler" in answer.text


async def test_a_page_whose_service_does_not_answer_says_when_to_come_back(
    browser: httpx.AsyncClient, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbours.answer(GetInvoice, Silence)
    monkeypatch.setattr(GetInvoice, "deadline_seconds", 0.2)

    answer = await browser.get(f"{PORTAL}/invoices/{id_of('invoice 1')}")

    assert answer.status_code == 504
    assert "This is taking too long" in answer.text


async def test_what_people_wrote_is_never_markup(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    evil = world.invoice().model_copy(update={"number": '<script>alert("1")</script>'})
    neighbours.answer(GetInvoice, evil)

    page = (await browser.get(f"{PORTAL}/invoices/{evil.id}")).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_a_pdf_is_asked_for_as_the_visitor(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetInvoicePdf, not_found())

    answer = await browser.get(f"{PORTAL}/invoices/{id_of('invoice 1')}/pdf")

    assert answer.status_code == 404
    (asked,) = neighbours.calls(GetInvoicePdf)
    assert asked.principal and asked.principal["name"] == "Priya Shah"


def test_no_template_has_an_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
    templates = sorted(TEMPLATES.rglob("*.html"))

    assert len(templates) > 15
    assert [each.name for each in templates if inline.search(each.read_text())] == []


@pytest.mark.usefixtures("portal")
async def test_the_brands_colour_is_a_stylesheet_with_readable_text_on_it(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{PORTAL}/brand.css")

    assert answer.headers["content-type"].startswith("text/css")
    assert "--brand: #ffd400" in answer.text
    assert "--on-brand: #11181c" in answer.text


# Lists


async def test_a_list_leads_to_its_next_page_with_its_filters(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListInvoices, world.page_of(2, next_cursor="next+page"))

    page = (await browser.get(f"{PORTAL}/invoices", params={"status": "due"})).text

    (asked,) = neighbours.calls(ListInvoices)
    assert asked.message["status"] == "due"
    assert f"{PORTAL}/invoices?status=due&amp;cursor=next%2Bpage" in page


async def test_an_unknown_filter_shows_everything(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    await browser.get(f"{PORTAL}/invoices?status=stolen")

    assert neighbours.calls(ListInvoices)[0].message["status"] == "all"


async def test_an_empty_list_says_what_will_be_there(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListInvoices, Page(items=[]))

    assert "Nothing is due" in (await browser.get(f"{PORTAL}/invoices?status=due")).text


# Forms


async def test_a_form_of_another_session_is_refused(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(f"{PORTAL}/requests/new", data=fields(csrf_token="forged"))

    assert answer.status_code == 403
    assert not neighbours.calls(CreateRequest)


async def test_a_request_is_raised_once_however_often_its_form_is_sent(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CreateRequest, world.request_view())
    typed = fields(property_id=str(world.CLUBHOUSE.id), title="Broken sprinkler", description="By the gate")

    answers = [await browser.post(f"{PORTAL}/requests/new", data=typed) for _ in range(2)]

    assert {answer.headers["location"] for answer in answers} == {f"{PORTAL}/requests/{id_of('request')}?sent=1"}
    first, second = neighbours.calls(CreateRequest)
    assert first.message == second.message
    assert first.message["branch_id"] == str(world.BRANCH)


async def test_what_is_missing_is_said_beside_what_was_typed(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    typed = fields(property_id=str(world.CLUBHOUSE.id), title=" ", description="By the gate")

    answer = await browser.post(f"{PORTAL}/requests/new", data=typed)

    assert answer.status_code == 422
    assert '<a href="#title">Say in at most 200 characters what it is about.</a>' in answer.text
    assert "By the gate</textarea>" in answer.text
    assert not neighbours.calls(CreateRequest)


async def test_a_property_of_somebody_else_is_refused_on_the_form(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CreateRequest, not_found("There is no such thing, or it is not yours."))
    typed = fields(property_id=str(id_of("somebody else's")), title="Hello", description="There")

    answer = await browser.post(f"{PORTAL}/requests/new", data=typed)

    assert answer.status_code == 404
    assert "There is no such thing" in answer.text


async def test_each_kind_of_mail_is_switched_by_a_tick(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeNotificationPreferences, NotificationPreferencesView(electronic_receipts=False))
    neighbours.answer(GetNotificationPreferences, NotificationPreferencesView(electronic_receipts=True))

    await browser.post(f"{PORTAL}/preferences", data=fields())
    await browser.post(f"{PORTAL}/preferences", data=fields(electronic_receipts="on", message_id=str(id_of("other"))))

    asked = [each.message for each in neighbours.calls(ChangeNotificationPreferences)]
    assert [each["electronic_receipts"] for each in asked] == [False, True]
    assert [each["visit_reminders"] for each in asked] == [False, False]
    shown = (await browser.get(f"{PORTAL}/preferences")).text
    assert shown.count('value="on" checked') == len(get_args(ContactKind))
