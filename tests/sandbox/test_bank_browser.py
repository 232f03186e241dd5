"""A bank account in a real browser: in the provider's fields, on its hosted page, and verified there."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.sandbox.browsing import WCAG, Payer
from tests.sandbox.conftest import Provider, Sandbox

BOTH = ["card", "us_bank_account"]


def setup(provider: Provider, customer: str, types: list[str]) -> Any:
    """An unconfirmed setup intent."""
    return provider.v1.setup_intents.create({"customer": customer, "payment_method_types": types}, provider.options)


def session(provider: Provider, portal: str, **more: Any) -> Any:
    """A hosted page."""
    wanted = {"success_url": f"{portal}/pay?done", "cancel_url": f"{portal}/pay", "payment_method_types": BOTH, **more}
    return provider.v1.checkout.sessions.create(wanted, provider.options)


def types_numbers(payer: Payer, number: str = "000123456789", routing: str = "110000000") -> None:
    """Chooses to enter the account's numbers in the fields, and does."""
    payer.fields.get_by_label("US bank account").check()
    payer.fields.get_by_label("Account holder's name").fill("Priya Shah")
    payer.fields.get_by_label("Enter the account's numbers").check()
    payer.fields.get_by_label("Routing number").press_sequentially(routing)
    payer.fields.get_by_label("Account number").press_sequentially(number)


def last4s(provider: Provider, customer: str) -> list[str]:
    """The bank accounts that the customer has."""
    wanted = {"type": "us_bank_account"}
    listed = provider.v1.customers.payment_methods.list(customer, wanted, provider.options)
    return [method.us_bank_account.last4 for method in listed.data]


@pytest.mark.parametrize("deferred", [{}, {"types": "card,us_bank_account"}], ids=["intent first", "fields first"])
def test_an_account_at_the_test_bank_is_saved_at_once(
    payer: Payer, provider: Provider, customer: str, deferred: dict[str, str]
) -> None:
    payer.open(setup(provider, customer, BOTH).client_secret, **deferred)
    payer.fields.get_by_label("US bank account").check()
    payer.fields.get_by_label("Account holder's name").fill("Priya Shah")
    payer.sees("complete")
    payer.pays()
    payer.sees("succeeded")
    assert last4s(provider, customer) == ["6789"]


def test_an_account_by_numbers_is_verified_by_the_deposit(payer: Payer, provider: Provider, customer: str) -> None:
    opened = setup(provider, customer, ["us_bank_account"])
    payer.open(opened.client_secret)
    payer.fields.get_by_label("Account holder's name").fill("Priya Shah")
    payer.fields.get_by_label("Enter the account's numbers").check()
    payer.fields.get_by_label("Routing number").fill("110000000")
    payer.fields.get_by_label("Account number").fill("000123456789")
    payer.sees("complete")
    payer.pays()
    payer.sees("requires_action")
    intent = provider.v1.setup_intents.retrieve(opened.id, options=provider.options)
    payer.page.goto(intent.next_action.verify_with_microdeposits.hosted_verification_url)
    assert Axe().run(payer.page).response["violations"] == []
    payer.page.get_by_label("Code").fill("SM99ZZ")
    payer.page.get_by_role("button", name="Verify with the code").click()
    expect(payer.page.get_by_role("alert")).to_contain_text("does not match")
    assert Axe().run(payer.page).response["violations"] == []
    payer.page.get_by_label("First amount").fill("0.32")
    payer.page.get_by_label("Second amount").fill("45")
    payer.page.get_by_role("button", name="Verify with the amounts").click()
    expect(payer.page.get_by_role("heading")).to_have_text("Your bank account is verified")
    payer.complaints.clear()
    assert last4s(provider, customer) == ["6789"]


def test_a_bank_account_pays_and_is_processing(payer: Payer, provider: Provider) -> None:
    wanted = {"amount": 2500, "currency": "usd", "payment_method_types": BOTH}
    opened = provider.v1.payment_intents.create(wanted, provider.options)
    payer.open(opened.client_secret)
    payer.fields.get_by_label("US bank account").check()
    payer.fields.get_by_label("Account holder's name").fill("Priya Shah")
    payer.pays()
    payer.sees("processing")
    intent = provider.v1.payment_intents.retrieve(opened.id, {"expand": ["latest_charge"]}, provider.options)
    mandate = provider.v1.mandates.retrieve(
        intent.latest_charge.payment_method_details.us_bank_account.mandate, options=provider.options
    )
    assert "Mozilla" in mandate.customer_acceptance.online.user_agent


def test_a_mistyped_account_is_not_sent(payer: Payer, provider: Provider, customer: str) -> None:
    payer.open(setup(provider, customer, BOTH).client_secret)
    types_numbers(payer, routing="110000001")
    payer.pays()
    payer.sees("Your routing number is invalid.")
    expect(payer.fields.get_by_label("Routing number")).to_have_attribute("aria-invalid", "true")
    assert "000123456789" not in payer.page.evaluate("document.documentElement.outerHTML + JSON.stringify(card.state)")


def test_a_real_account_number_is_refused(payer: Payer, provider: Provider, customer: str) -> None:
    payer.open(setup(provider, customer, BOTH).client_secret)
    types_numbers(payer, number="123456789012")
    payer.pays()
    payer.sees("refused: account_number_invalid")
    payer.complaints.clear()


def test_the_bank_fields_are_accessible(payer: Payer, provider: Provider, customer: str, browser: Browser) -> None:
    payer.open(setup(provider, customer, BOTH).client_secret)
    [frame] = [frame.url for frame in payer.page.frames if not frame.url.startswith(payer.portal)]
    with browser.new_page(viewport=payer.page.viewport_size) as page:
        page.goto(frame)
        page.get_by_label("US bank account").check()
        page.get_by_label("Enter the account's numbers").check()
        assert Axe().run(page, options=WCAG).response["violations"] == []


def test_the_keyboard_reaches_the_bank_account(payer: Payer, provider: Provider, customer: str) -> None:
    payer.open(setup(provider, customer, BOTH).client_secret)
    payer.fields.get_by_label("Card", exact=True).focus()
    payer.page.keyboard.press("ArrowRight")
    payer.page.keyboard.press("Tab")
    payer.page.keyboard.type("Priya Shah")
    payer.sees("complete")
    payer.page.get_by_role("button", name="Pay").focus()
    payer.page.keyboard.press("Enter")
    payer.sees("succeeded")


def test_the_hosted_page_saves_an_account_that_waits_for_its_deposit(
    payer: Payer, provider: Provider, portal: str, customer: str
) -> None:
    opened = session(provider, portal, mode="setup", customer=customer)
    payer.page.goto(opened.url)
    payer.page.get_by_role("link", name="US bank account").click()
    assert Axe().run(payer.page).response["violations"] == []
    payer.page.get_by_label("Account holder's name").fill("Priya Shah")
    payer.page.get_by_label("Routing number").fill("110000000")
    payer.page.get_by_label("Account number").fill("000999999999")
    payer.page.get_by_role("button", name="Save bank account").click()
    expect(payer.page.get_by_role("alert")).to_contain_text("test bank account number")
    payer.page.get_by_label("Routing number").fill("110000000")
    payer.page.get_by_label("Account number").fill("000123456789")
    payer.page.get_by_role("button", name="Save bank account").click()
    payer.page.wait_for_url(f"{portal}/pay?done")
    payer.complaints.clear()
    intent = provider.v1.setup_intents.retrieve(opened.setup_intent, options=provider.options)
    assert intent.next_action.type == "verify_with_microdeposits"


def test_the_hosted_page_pays_from_the_test_bank(
    payer: Payer, provider: Provider, sandbox: Sandbox, portal: str
) -> None:
    price = {"currency": "usd", "unit_amount": 1250, "product_data": {"name": "Invoice INV-2026-00042"}}
    email = "guest@lakeside.test"
    opened = session(
        provider, portal, mode="payment", customer_email=email, line_items=[{"price_data": price, "quantity": 1}]
    )
    payer.page.goto(f"{opened.url}?type=us_bank_account")
    payer.page.get_by_label("Account holder's name").fill("Priya Shah")
    payer.page.get_by_role("button", name="Log in at Test Bank").click()
    payer.page.wait_for_url(f"{portal}/pay?done")
    payer.complaints.clear()
    found = provider.v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]}, provider.options)
    assert (found.status, found.payment_status, found.payment_intent.status) == ("complete", "unpaid", "processing")
    sandbox.post(f"/sandbox/payment_intents/{found.payment_intent.id}/settle")
    assert provider.v1.checkout.sessions.retrieve(opened.id, options=provider.options).payment_status == "paid"
    assert provider.events(opened.id) == ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
