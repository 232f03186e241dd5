"""Autopay on pages: what is typed and refused, what is agreed to, and whose it is."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from html import unescape

import httpx
import pytest

from services.contracts.billing.autopay import (
    AuthorizationView,
    AutopayMethod,
    AutopayTermsView,
    AutopayView,
    ChangeAutopay,
    DebitView,
    GetAutopay,
    GetAutopayTerms,
    SkipDebit,
)
from services.contracts.billing.methods import FinishSetups, ListPaymentMethods, PaymentMethodView
from services.contracts.errors import conflict
from services.contracts.messages import Page
from services.contracts.money import Money
from tests.gateway import pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, VISA, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio
AUTOPAY = f"{PORTAL}/autopay"
TERMS = AutopayTermsView(version="2026-11", text="I authorize Evergreen.\n\nI can turn it off.", sha256="ab" * 32)
OFF = AutopayView(enabled=False, status="off", allowed_payment_methods=["card"], manageable=True)
ON = AutopayView(
    enabled=True,
    status="on",
    payment_method_id=VISA.id,
    payment_method=AutopayMethod(id=VISA.id, type="card", brand="visa", last4="4242"),
    cap=Money(amount=50_000),
    authorization=AuthorizationView(
        version="2026-11", text=TERMS.text, accepted_at=datetime(2026, 11, 1, tzinfo=UTC), accepted_by="Priya Shah"
    ),
    upcoming=[
        DebitView(
            invoice_id=id_of("invoice"),
            invoice_number="INV-2026-00042",
            due_on=date(2026, 12, 1),
            charge_on=date(2026, 12, 3),
            amount=Money(amount=12_000),
            standing="planned",
        )
    ],
    allowed_payment_methods=["card"],
    manageable=True,
)


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in, with a card on file and autopay off."""
    pages_world.know_portal(neighbours)
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[VISA]))
    neighbours.answer(GetAutopay, OFF)
    neighbours.answer(GetAutopayTerms, TERMS)
    neighbours.answer(ChangeAutopay, ON)
    sign_in(client, neighbours, priya())
    yield client


async def test_the_words_are_shown_before_they_are_agreed_to(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    page = (await browser.get(f"{AUTOPAY}/terms?method={VISA.id}&cap=1,250.50")).text
    assert "<p>I authorize Evergreen.</p><p>I can turn it off.</p>" in page
    assert f'value="{TERMS.sha256}"' in page and 'name="agreed"' in page
    (asked,) = neighbours.calls(GetAutopayTerms)
    assert asked.message["cap"] == {"amount": 125_050, "currency": "USD"}


async def test_what_is_agreed_to_is_what_was_shown_and_counts_once(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    typed = fields(method=str(VISA.id), cap="500.00", terms_sha256=TERMS.sha256, agreed="yes")
    answers = [await browser.post(AUTOPAY, data=typed) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {f"{AUTOPAY}?saved=on"}
    first, second = neighbours.calls(ChangeAutopay)
    assert first.message == second.message
    assert first.message["terms_sha256"] == TERMS.sha256 and first.message["cap"]["amount"] == 50_000
    assert "A copy of your authorization is on its way" in (await browser.get(f"{AUTOPAY}?saved=on")).text


async def test_nobody_agrees_without_the_tick(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(AUTOPAY, data=fields(method=str(VISA.id), cap="", terms_sha256=TERMS.sha256))
    assert answer.status_code == 422 and "Tick the box to agree" in answer.text
    assert not neighbours.calls(ChangeAutopay)


async def test_terms_that_have_changed_are_read_again(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeAutopay, conflict("The terms have changed. Please read them again."))
    typed = fields(method=str(VISA.id), cap="", terms_sha256="old", agreed="yes")
    answer = await browser.post(AUTOPAY, data=typed)
    assert answer.status_code == 409 and "The terms have changed" in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "Choose a payment method."), (f"method={VISA.id}&cap=lots", "Enter an amount such as 500.00")],
)
async def test_what_cannot_be_understood_is_said_at_its_field(
    browser: httpx.AsyncClient, query: str, said: str
) -> None:
    answer = await browser.get(f"{AUTOPAY}/terms?{query}")
    assert answer.status_code == 422 and said in answer.text


async def test_a_form_that_names_no_method_leads_back(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(AUTOPAY, data=fields(method="nonsense", agreed="yes"))
    assert (answer.status_code, answer.headers["location"]) == (303, AUTOPAY)
    assert not neighbours.calls(ChangeAutopay)


async def test_while_it_is_on_the_next_charge_is_shown_and_can_be_skipped(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetAutopay, ON)
    neighbours.answer(SkipDebit, ON)
    page = (await browser.get(AUTOPAY)).text
    assert "INV-2026-00042" in page and "That is later than it is due" in page and 'value="500.00"' in page
    (seen,) = re.findall(r'name="invoice_id" value="(.+?)"', page)
    assert seen == str(ON.upcoming[0].invoice_id)
    await browser.post(f"{AUTOPAY}/skip", data=fields(invoice_id=seen))
    answer = await browser.post(f"{AUTOPAY}/skip", data=fields(skip="no"))
    assert answer.headers["location"] == f"{AUTOPAY}?saved=taken-up"
    skipped, taken_up = neighbours.calls(SkipDebit)
    assert skipped.message["invoice_id"] == seen
    assert taken_up.message["skip"] is False


async def test_it_is_turned_off_with_its_own_form(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(f"{AUTOPAY}/end", data=fields())
    assert answer.headers["location"] == f"{AUTOPAY}?saved=off"
    (sent,) = neighbours.calls(ChangeAutopay)
    assert sent.message["enabled"] is False


async def test_back_from_the_words_what_was_chosen_stands_there_still(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    other = VISA.model_copy(update={"id": id_of("amex"), "brand": "amex", "default": False})
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[VISA, other]))
    neighbours.answer(GetAutopay, ON)
    for cap, shown in (("75", "75.00"), ("", "")):
        words = (await browser.get(f"{AUTOPAY}/terms?method={other.id}&cap={cap}")).text
        (back,) = re.findall(r'<a class="button" href="(.+?)">Back</a>', words)
        page = (await browser.get(unescape(back))).text
        assert f'value="{other.id}" required checked' in page and f'value="{VISA.id}" required checked' not in page
        assert f'inputmode="decimal" aria-describedby="cap-hint" value="{shown}"' in page


async def test_whoever_adds_a_method_comes_back_with_it_chosen(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    other = VISA.model_copy(update={"id": id_of("amex"), "brand": "amex", "default": False})
    (adding,) = re.findall(r'href="(.+?)">Add a payment method</a>', (await browser.get(AUTOPAY)).text)
    methods = (await browser.get(unescape(adding))).text
    assert f'name="next" value="{AUTOPAY}"' in methods and f'<a class="back" href="{AUTOPAY}">' in methods
    neighbours.answer(FinishSetups, Page[PaymentMethodView](items=[other]))
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[VISA, other]))
    added = await browser.get(f"{PORTAL}/payment-methods/added", params={"next": AUTOPAY})
    assert f'value="{other.id}" required checked' in (await browser.get(added.headers["location"])).text


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.test/", "//elsewhere.test/", "/office/login"])
async def test_nobody_is_led_elsewhere_from_adding_a_method(browser: httpx.AsyncClient, elsewhere: str) -> None:
    methods = (await browser.get(f"{PORTAL}/payment-methods", params={"next": elsewhere})).text
    assert elsewhere not in methods and f'name="next" value="{PORTAL}/payment-methods"' in methods


async def test_whoever_may_not_change_it_is_offered_nothing(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetAutopay, ON.model_copy(update={"manageable": False}))
    page = (await browser.get(AUTOPAY)).text
    assert "Only your primary contact can change autopay" in page and '<form method="get"' not in page


async def test_a_form_of_another_session_changes_nothing(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(f"{AUTOPAY}/end", data=fields() | {"csrf_token": "another"})
    assert answer.status_code == 403 and not neighbours.calls(ChangeAutopay)
