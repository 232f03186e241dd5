"""Payment methods on pages: chosen as the default, removed, marked where they cannot be charged."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    GetProviderForm,
    ListPaymentMethods,
    PaymentMethodView,
    ProviderFormView,
    SetDefaultMethod,
    StartSetup,
)
from services.contracts.errors import conflict, invalid
from services.contracts.messages import Nothing, Page
from tests.gateway import pages_world
from tests.gateway.neighbours import Away, Neighbours
from tests.gateway.pages_world import EVERYTHING, PORTAL, VISA, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio
METHODS = f"{PORTAL}/payment-methods"
AMEX = VISA.model_copy(update={"id": id_of("amex"), "brand": "amex", "default": False})


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in, with two cards on file."""
    pages_world.know_portal(neighbours)
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[AMEX, VISA]))
    sign_in(client, neighbours, priya(payment_method_types=["card", "us_bank_account"]))
    yield client


async def test_another_default_is_chosen_with_one_press(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SetDefaultMethod, AMEX)
    page = (await browser.get(METHODS)).text
    assert f'action="{METHODS}/{AMEX.id}/default"' in page
    assert f'action="{METHODS}/{VISA.id}/default"' not in page

    sent = await browser.post(f"{METHODS}/{AMEX.id}/default", data=fields())

    assert (sent.status_code, sent.headers["location"]) == (303, f"{METHODS}?saved=default")
    assert "Your default was changed." in (await browser.get(sent.headers["location"])).text


async def test_a_method_is_removed_once_the_visitor_has_been_asked(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(DeleteMethod, Nothing())
    page = (await browser.get(METHODS)).text
    assert "Remove Visa ending in 4242</button>" in page

    answers = [await browser.post(f"{METHODS}/{VISA.id}/removal", data=fields()) for _ in range(2)]

    assert {answer.headers["location"] for answer in answers} == {f"{METHODS}?saved=removed"}
    first, second = neighbours.calls(DeleteMethod)
    assert first.message == second.message


async def test_a_method_that_cannot_be_removed_now_says_why(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(DeleteMethod, conflict("A payment by this method is under way.", reason="open_payment"))

    answer = await browser.post(f"{METHODS}/{VISA.id}/removal", data=fields())

    assert answer.status_code == 409
    assert "A payment by this method is under way." in answer.text


async def test_a_form_of_another_session_removes_nothing(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(f"{METHODS}/{VISA.id}/removal", data=fields() | {"csrf_token": "another"})

    assert answer.status_code == 403
    assert not neighbours.calls(DeleteMethod)


async def test_who_only_pays_is_offered_neither(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya(EVERYTHING - {"payment_methods.manage"}))

    page = (await client.get(METHODS)).text

    assert "Visa ending in 4242" in page
    assert "Remove" not in page and "Make default" not in page


@pytest.mark.parametrize(
    ("known", "badge", "offered"),
    [
        ({"expires_soon": True}, "Expires soon", True),
        ({"expires_soon": True, "usable": False}, "Expired", False),
        ({"usable": False}, "Not accepted here", False),
    ],
)
async def test_a_method_says_what_is_wrong_with_it_and_is_chosen_only_where_it_can_be_charged(
    browser: httpx.AsyncClient, neighbours: Neighbours, known: dict[str, bool], badge: str, offered: bool
) -> None:
    marked = VISA.model_copy(update=known)
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[marked]))

    listed = (await browser.get(METHODS)).text
    paying = (await browser.get(f"{PORTAL}/pay?invoice={id_of('invoice 1')}&method={VISA.id}")).text

    assert f">{badge}</span>" in listed and f">{badge}</span>" in paying
    assert (f'value="{VISA.id}" checked' in paying) == offered


# Bank accounts


WAITING = VISA.model_copy(
    update={
        "id": id_of("bank"),
        "type": "us_bank_account",
        "brand": "STRIPE TEST BANK",
        "default": False,
        "usable": False,
        "verification_url": "https://js.provider.example/verify/1",
    }
)


@pytest.mark.parametrize("types", [["card"], ["us_bank_account"], ["card", "us_bank_account"]])
async def test_what_the_portal_takes_is_offered_and_a_bank_account_beside_what_is_agreed_to(
    client: httpx.AsyncClient, neighbours: Neighbours, types: list[str]
) -> None:
    pages_world.know_portal(neighbours)
    form = ProviderFormView(publishable_key="pk_test_1", account="acct_1", mandate_text="I authorize Evergreen.")
    neighbours.answer(GetProviderForm, form)
    sign_in(client, neighbours, priya(payment_method_types=types))

    page = (await client.get(METHODS)).text

    assert ("data-card-fields" in page) == ("card" in types)
    assert ("data-bank-fields" in page) == ("I authorize Evergreen." in page) == ("us_bank_account" in types)


async def test_a_bank_account_is_begun_with_where_the_holder_agreed_from(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(StartSetup, invalid("This portal does not take this type.", field="type"))
    await browser.post(
        f"{METHODS}/new", data=fields(type="us_bank_account", next=METHODS), headers={"User-Agent": "Firefox"}
    )

    (asked,) = neighbours.calls(StartSetup)
    assert asked.message["type"] == "us_bank_account"
    assert asked.message["client"]["user_agent"] == "Firefox" and asked.message["client"]["ip"]


async def test_an_account_that_waits_for_micro_deposits_leads_to_the_page_that_says_so(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(FinishSetups, Page[PaymentMethodView](items=[WAITING]))
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[WAITING]))
    paying = f"{PORTAL}/pay?invoice={id_of('invoice 1')}"

    back = await browser.get(f"{METHODS}/added", params={"next": paying})
    page = (await browser.get(back.headers["location"])).text

    assert back.headers["location"] == f"{METHODS}?method={WAITING.id}"
    assert "One step is left before you can pay with it" in page
    assert "Not verified yet</span>" in page
    assert 'href="https://js.provider.example/verify/1"' in page
    assert f'value="{WAITING.id}" disabled' in " ".join((await browser.get(paying)).text.split())


async def test_the_list_asks_whether_an_account_was_verified_and_stays_where_the_provider_is_away(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[WAITING]))
    neighbours.answer(FinishSetups, Away)

    assert "Not verified yet" in (await browser.get(METHODS)).text
    assert len(neighbours.calls(FinishSetups)) == 1
