"""The card fields in a real browser, on a page whose policy allows nothing inline."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.sandbox.browsing import WCAG, Payer
from tests.sandbox.conftest import Provider, Sandbox

CARD, CHALLENGE_CARD = "4242424242424242", "4000000000003220"


def intent(provider: Provider) -> Any:
    """An unconfirmed intent."""
    wanted = {"amount": 2500, "currency": "usd", "payment_method_types": ["card"]}
    return provider.v1.payment_intents.create(wanted, provider.options)


@pytest.mark.parametrize("element", ["payment", "card"])
def test_a_card_pays(payer: Payer, provider: Provider, element: str) -> None:
    opened = intent(provider)
    payer.open(opened.client_secret, element=element)
    payer.types(CARD)
    payer.pays()
    payer.sees("succeeded")
    paid = provider.v1.payment_intents.retrieve(opened.id, {"expand": ["payment_method"]}, provider.options)
    assert paid.payment_method.billing_details.address.postal_code == "78701"


def test_the_number_never_reaches_the_portals_page(payer: Payer, provider: Provider) -> None:
    payer.open(intent(provider).client_secret)
    payer.types(CARD)
    assert "4242" not in payer.page.evaluate("document.documentElement.outerHTML + JSON.stringify(card.state)")


def test_after_a_decline_another_card_pays(payer: Payer, provider: Provider, sandbox: Sandbox) -> None:
    payer.open(intent(provider).client_secret)
    payer.types("4000000000009995")
    payer.pays()
    payer.sees("refused: card_declined: Your card has insufficient funds.")
    payer.types(CARD)
    payer.pays()
    payer.sees("succeeded")
    assert len(sandbox.ledger(payer.account)) == 1


def test_the_bank_asks_and_the_holder_agrees(payer: Payer, provider: Provider) -> None:
    payer.open(intent(provider).client_secret)
    payer.types(CHALLENGE_CARD)
    payer.pays()
    expect(payer.page.get_by_role("dialog", name="Card verification by your bank")).to_be_visible()
    expect(payer.challenge.get_by_role("heading", name="Is this you?")).to_be_focused()
    payer.challenge.get_by_role("button", name="Complete").click()
    payer.sees("succeeded")
    expect(payer.page.get_by_role("dialog")).to_have_count(0)


def test_the_bank_asks_and_the_holder_fails(payer: Payer, provider: Provider, sandbox: Sandbox) -> None:
    payer.open(intent(provider).client_secret)
    payer.types(CHALLENGE_CARD)
    payer.pays()
    payer.challenge.get_by_role("button", name="Fail").click()
    payer.sees("refused: payment_intent_authentication_failure")
    assert sandbox.ledger(payer.account) == []


def test_escape_closes_the_challenge(payer: Payer, provider: Provider) -> None:
    payer.open(intent(provider).client_secret)
    payer.types(CHALLENGE_CARD)
    payer.pays()
    expect(payer.challenge.get_by_role("heading", name="Is this you?")).to_be_focused()
    payer.page.keyboard.press("Escape")
    payer.sees("refused: payment_intent_authentication_failure")


def test_a_card_is_saved(payer: Payer, provider: Provider, customer: str) -> None:
    wanted = {"customer": customer, "payment_method_types": ["card"]}
    setup = provider.v1.setup_intents.create(wanted, provider.options)
    payer.open(setup.client_secret)
    payer.types(CARD)
    payer.pays()
    payer.sees("succeeded")
    listed = provider.v1.customers.payment_methods.list(customer, options=provider.options)
    assert [method.card.last4 for method in listed.data] == ["4242"]


def test_the_payer_is_sent_back_where_the_portal_says_so(payer: Payer, provider: Provider) -> None:
    opened = intent(provider)
    payer.open(opened.client_secret, redirect="always")
    payer.types(CARD)
    with payer.page.expect_navigation(url=f"**/paid?payment_intent={opened.id}*redirect_status=succeeded"):
        payer.pays()
    payer.complaints.clear()


def test_an_unfinished_card_is_not_sent(payer: Payer, provider: Provider) -> None:
    payer.open(intent(provider).client_secret)
    payer.fields.get_by_label("Card number").fill("4242")
    payer.pays()
    payer.sees("Your card number is incomplete.")
    expect(payer.fields.get_by_label("Card number")).to_have_attribute("aria-invalid", "true")


def test_fields_and_challenge_are_accessible(payer: Payer, provider: Provider, browser: Browser) -> None:
    payer.open(intent(provider).client_secret)
    payer.types(CHALLENGE_CARD)
    payer.pays()
    expect(payer.challenge.get_by_role("button", name="Complete")).to_be_visible()
    for frame in payer.page.frames:
        if frame.url.startswith(payer.portal):
            continue
        with browser.new_page() as page:
            page.goto(frame.url)
            assert Axe().run(page, options=WCAG).response["violations"] == []


def test_the_hosted_page_pays_and_is_accessible(
    payer: Payer, provider: Provider, sandbox: Sandbox, portal: str
) -> None:
    price = {"currency": "usd", "unit_amount": 1250, "product_data": {"name": "Invoice INV-2026-00042"}}
    session = provider.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": f"{portal}/pay?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{portal}/pay",
            "customer_email": "guest@lakeside.test",
            "line_items": [{"price_data": price, "quantity": 1}],
        },
        provider.options,
    )
    payer.page.goto(session.url)
    assert Axe().run(payer.page).response["violations"] == []
    for number in ("4000000000000002", CHALLENGE_CARD):
        entries = {"Card number": number, "Expiry date": "1240", "Security code": "123", "ZIP code": "78701"}
        for label, text in {**entries, "Name on card": "Priya Shah"}.items():
            payer.page.get_by_label(label).clear()
            payer.page.get_by_label(label).press_sequentially(text)
        assert payer.page.get_by_label("Card number").input_value() == " ".join(
            number[at : at + 4] for at in range(0, 16, 4)
        )
        payer.page.get_by_role("button", name="Pay $12.50").click()
        if number != CHALLENGE_CARD:
            expect(payer.page.get_by_role("alert")).to_have_text("Your card was declined.")
            assert Axe().run(payer.page).response["violations"] == []
    payer.page.get_by_role("button", name="Complete").click()
    payer.page.wait_for_url(f"{portal}/pay?session={session.id}")
    payer.complaints.clear()
    assert len(sandbox.ledger(payer.account)) == 1
