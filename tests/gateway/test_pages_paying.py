"""Paying on pages: the price first, one charge at most, and every outcome told as it is."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.contracts.billing.invoices import GetInvoice
from services.contracts.billing.methods import (
    FinishSetups,
    ListPaymentMethods,
    PaymentMethodView,
    SetupView,
    StartSetup,
)
from services.contracts.billing.payments import (
    ClientSecretView,
    GetPayment,
    GetPaymentSecret,
    PayInvoices,
    QuotePayment,
    RefreshPayment,
)
from services.contracts.errors import conflict, forbidden, invalid
from services.contracts.messages import Page
from services.contracts.principals import Permission
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours, Silence
from tests.gateway.pages_world import EVERYTHING, PORTAL, VISA, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio
INVOICE = id_of("invoice 1")
PAY = f"{PORTAL}/pay?invoice={INVOICE}"


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())
    yield client


def form(**typed: str) -> dict[str, str]:
    """The form as it comes when the payer just presses the button."""
    shown = {"invoice": str(INVOICE), "how_much": "full", "amount": "", "method": str(VISA.id)}
    return fields(**shown, expected_total="48250", currency="USD") | typed


async def test_the_fee_and_the_total_are_shown_before_paying(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(PAY)).text

    assert "Convenience fee" in page
    assert "$2.50" in page
    assert "Pay $482.50</button>" in page
    assert "Visa ending in 4242" in page


async def test_the_chosen_method_and_amount_are_what_is_priced(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    amex = VISA.model_copy(update={"id": id_of("amex"), "brand": "amex", "default": False})
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[VISA, amex]))

    await browser.get(f"{PAY}&method={amex.id}&how_much=other&amount=120.5")

    (asked,) = neighbours.calls(QuotePayment)
    assert asked.message["payment_method_id"] == str(amex.id)
    assert asked.message["amount"] == {"amount": 12050, "currency": "USD"}


async def test_an_amount_that_is_none_is_said_beside_the_field(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{PAY}&how_much=other&amount=lots")).text

    assert '<a href="#amount">Enter an amount such as 125.00.</a>' in page
    assert 'value="lots"' in page
    assert "expected_total" not in page


async def test_another_amount_that_is_left_empty_is_not_the_full_one(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await browser.post(f"{PORTAL}/pay", data=form(how_much="other"))

    assert answer.status_code == 422
    assert not neighbours.calls(PayInvoices)


async def test_an_invoice_that_cannot_be_paid_leads_to_its_own_page(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetInvoice, world.invoice().model_copy(update={"payable": False}))

    answer = await browser.get(PAY)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PORTAL}/invoices/{INVOICE}")


async def test_the_same_form_sent_twice_is_the_same_command(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(PayInvoices, world.payment("succeeded"))

    answers = [await browser.post(f"{PORTAL}/pay", data=form()) for _ in range(2)]

    assert {answer.headers["location"] for answer in answers} == {f"{PORTAL}/payments/{id_of('payment')}"}
    first, second = neighbours.calls(PayInvoices)
    assert first.message == second.message
    assert first.message["expected_total"] == {"amount": 48250, "currency": "USD"}
    assert first.message["return_url"] == f"https://portal.example{PORTAL}/payments/{{payment_id}}/return"


async def test_a_decline_leads_back_to_the_form_with_the_reason_and_a_fresh_id(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    declined = world.payment("failed", decline_reason="Your card has insufficient funds.")
    neighbours.answer(PayInvoices, declined)
    neighbours.answer(GetPayment, declined)

    sent = await browser.post(f"{PORTAL}/pay", data=form())
    page = (await browser.get(sent.headers["location"])).text

    assert sent.status_code == 303
    assert "Your card has insufficient funds." in page
    assert "Nothing was charged." in page
    assert str(id_of("a form")) not in page
    assert f'value="{VISA.id}" checked' in page


async def test_a_total_that_changed_is_shown_anew_and_not_charged(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    changed = "The total has changed. Please review it again."
    neighbours.answer(PayInvoices, invalid(changed, field="expected_total", reason="stale_total"))

    answer = await browser.post(f"{PORTAL}/pay", data=form(expected_total="48000"))

    assert answer.status_code == 422
    assert changed in answer.text
    assert 'name="expected_total" value="48250"' in answer.text


@pytest.mark.parametrize("total", ["", "12.5", "a lot", "9" * 20])
async def test_nothing_is_charged_without_the_total_that_was_shown(
    browser: httpx.AsyncClient, neighbours: Neighbours, total: str
) -> None:
    answer = await browser.post(f"{PORTAL}/pay", data=form(expected_total=total))

    assert answer.status_code == 422
    assert not neighbours.calls(PayInvoices)


async def test_a_form_that_was_used_with_other_content_gets_a_fresh_id(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(PayInvoices, conflict("This was already sent with other content.", reason="id_reused"))

    answer = await browser.post(f"{PORTAL}/pay", data=form())

    assert answer.status_code == 409
    assert "This form was sent before" in answer.text
    assert str(id_of("a form")) not in answer.text


async def test_a_payment_without_an_answer_may_be_sent_again_under_the_same_id(
    browser: httpx.AsyncClient, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbours.answer(PayInvoices, Silence)
    monkeypatch.setattr(PayInvoices, "deadline_seconds", 0.2)

    answer = await browser.post(f"{PORTAL}/pay", data=form())

    assert answer.status_code == 504
    assert "you are charged once at most" in answer.text
    assert f'name="message_id" value="{id_of("a form")}"' in answer.text


async def test_without_javascript_the_total_is_brought_up_to_date_by_a_button(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(f"{PORTAL}/pay", data=form(step="review", how_much="other", amount="100"))

    assert answer.status_code == 303
    expected = f"{PAY}&method={VISA.id}&how_much=other&amount=100"
    assert answer.headers["location"] == expected


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("succeeded", "Thank you, your payment is complete"),
        ("failed", "Nothing was charged."),
        ("processing", "has not decided yet"),
        ("unknown", "We do not know yet whether your payment went through."),
        ("created", "We do not know yet whether your payment went through."),
    ],
)
async def test_every_outcome_is_told_as_it_is(
    browser: httpx.AsyncClient, neighbours: Neighbours, status: str, said: str
) -> None:
    neighbours.answer(GetPayment, world.payment(status))

    assert said in (await browser.get(f"{PORTAL}/payments/{id_of('payment')}")).text


async def test_a_payment_that_the_bank_asks_about_links_to_the_bank(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(PayInvoices, world.payment("requires_action"))
    neighbours.answer(GetPayment, world.payment("requires_action"))
    address = "https://bank.example/challenge?a=1&b=2"
    neighbours.answer(GetPaymentSecret, ClientSecretView(client_secret="pi_secret", action_url=address))

    sent = await browser.post(f"{PORTAL}/pay", data=form())
    page = (await browser.get(sent.headers["location"])).text

    assert 'href="https://bank.example/challenge?a=1&amp;b=2"' in page
    assert "Confirm with your bank" in page


async def test_whoever_is_not_the_payer_is_told_who_has_to_confirm(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetPayment, world.payment("requires_action"))
    neighbours.answer(GetPaymentSecret, forbidden("Only the payer can confirm this payment."))

    page = (await browser.get(f"{PORTAL}/payments/{id_of('payment')}")).text

    assert "The bank wants a confirmation by Priya Shah." in page
    assert "Confirm with your bank" not in page


async def test_coming_back_from_the_bank_asks_how_it_went_and_drops_what_the_address_brought(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(RefreshPayment, world.payment("succeeded"))
    here = f"{PORTAL}/payments/{id_of('payment')}"

    answer = await browser.get(f"{here}/return?payment_intent_client_secret=pi_secret")

    assert (answer.status_code, answer.headers["location"]) == (303, here)
    assert len(neighbours.calls(RefreshPayment)) == 1


# A new card


SETUP = SetupView(
    id=id_of("setup"),
    client_secret="seti_1_secret_2",
    publishable_key="pk_test_1",
    account="acct_1",
    hosted_url="https://js.provider.example/c/pay/cs_1",
)


async def test_a_new_card_is_entered_on_the_providers_page_where_there_is_no_javascript(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(StartSetup, SETUP)

    answer = await browser.post(f"{PORTAL}/payment-methods/new", data=fields(next=PAY))

    assert (answer.status_code, answer.headers["location"]) == (303, SETUP.hosted_url)
    (asked,) = neighbours.calls(StartSetup)
    assert asked.message["return_url"].startswith(f"https://portal.example{PORTAL}/payment-methods/added?next=")


async def test_a_script_is_told_the_secret_of_the_setup(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(StartSetup, SETUP)
    headers = {"Accept": "application/json"}

    answer = await browser.post(f"{PORTAL}/payment-methods/new", data=fields(next=PAY), headers=headers)

    assert answer.json()["client_secret"] == SETUP.client_secret
    assert answer.headers["cache-control"] == "no-store"


async def test_a_new_card_is_chosen_on_the_page_that_it_was_added_for(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(FinishSetups, Page[PaymentMethodView](items=[VISA]))

    answer = await browser.get(f"{PORTAL}/payment-methods/added", params={"next": PAY})

    assert answer.headers["location"] == f"{PAY}&method={VISA.id}"


async def test_coming_back_without_a_card_leads_to_the_same_page(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(FinishSetups, Page[PaymentMethodView](items=[]))

    answer = await browser.get(f"{PORTAL}/payment-methods/added", params={"next": "https://evil.example/"})

    assert answer.headers["location"] == f"{PORTAL}/payment-methods"


@pytest.mark.parametrize("path", [PAY, f"{PORTAL}/payment-methods"])
async def test_only_pages_with_payment_fields_let_the_provider_in(browser: httpx.AsyncClient, path: str) -> None:
    with_fields, without = await browser.get(path), await browser.get(f"{PORTAL}/payments/{id_of('payment')}")

    assert "script-src 'self' https://js.provider.example;" in with_fields.headers["content-security-policy"]
    assert 'src="https://js.provider.example/v3/"' in with_fields.text
    assert "provider.example" not in without.headers["content-security-policy"] + without.text


@pytest.mark.parametrize(
    ("without", "switched"),
    [
        ({"invoices.pay", "payment_methods.manage"}, {}),
        (set(), {"payment_method_types": []}),
        (set(), {"electronic_payments": False}),
    ],
)
async def test_who_cannot_add_a_card_is_not_offered_it(
    client: httpx.AsyncClient, neighbours: Neighbours, without: set[Permission], switched: dict[str, Any]
) -> None:
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya(EVERYTHING - without, **switched))

    page = (await client.get(f"{PORTAL}/payment-methods")).text

    assert "Add a card</h2>" not in page
    assert "provider.example" not in page
