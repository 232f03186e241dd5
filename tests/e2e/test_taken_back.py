"""Payments that a bank takes back or questions, as the customer finds them in the browser."""

import re

import httpx
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.test_paying import PRIYA, start_paying
from tests.e2e.test_paying_by_bank import verify
from tests.e2e.visitor import CARD_SECONDS, NARROW, WIDE, Visitor

ADMIN = "admin@evergreen.test"
DISPUTED_CARD = "4000000000000259"
RETURNED_ACCOUNT = "000555555559"


def banks_decide(stack: Stack) -> None:
    """What banks would do in the days to come, they do now."""
    httpx.post(f"{stack.site.payments_url}/sandbox/tasks/run", json={}, trust_env=False).raise_for_status()


def look_at(priya: Visitor, payment: str, *said: str) -> None:
    """Opens a payment's page, which must say this at every width and keep nobody out."""
    priya.open(payment)
    for each in said:
        expect(priya.main()).to_contain_text(each)
    assert priya.barriers() == []
    for width in (WIDE, NARROW):
        priya.page.set_viewport_size({"width": width, "height": 844})
        assert priya.overflow() <= 0


def test_a_disputed_payment_is_told_to_the_office_and_shown_to_the_payer(
    visit: Visit, office: Office, stack: Stack
) -> None:
    invoice = office.invoice(41_000)
    priya = visit(PRIYA)
    start_paying(priya, invoice["number"])
    priya.add_card(DISPUTED_CARD)
    priya.press("Pay $412.50")
    expect(priya.heading()).to_contain_text("payment", timeout=CARD_SECONDS)
    payment = priya.page.url.partition("/evergreen-austin")[2]

    banks_decide(stack)
    office.mail(ADMIN, invoice["number"])
    look_at(priya, payment, "This payment is disputed")
    priya.open("/payments")
    expect(priya.page.get_by_role("row").filter(has_text=invoice["number"])).to_contain_text("Disputed")


def test_a_bank_debit_that_is_returned_is_owed_again_and_its_receipt_marked(
    visit: Visit, office: Office, stack: Stack
) -> None:
    invoice = office.invoice(42_000)
    priya = visit(PRIYA)
    priya.open("/payment-methods")
    fields = priya.page.frame_locator("[data-bank-fields] iframe")
    fields.get_by_label("Account holder's name").fill("Priya Shah")
    fields.get_by_label(re.compile("Enter the account's numbers")).check()
    fields.get_by_label("Routing number").fill("110000000")
    fields.get_by_label("Account number").fill(RETURNED_ACCOUNT)
    priya.press("Save this bank account")
    expect(priya.page.get_by_role("alert").first).to_contain_text("One step is left", timeout=CARD_SECONDS)
    verify(priya, RETURNED_ACCOUNT[-4:])
    start_paying(priya, invoice["number"])
    priya.page.get_by_label(re.compile(RETURNED_ACCOUNT[-4:])).check()
    priya.press("Pay $420.00")
    expect(priya.heading()).to_have_text("Your payment is being processed", timeout=CARD_SECONDS)
    payment = priya.page.url.partition("/evergreen-austin")[2]

    banks_decide(stack)
    banks_decide(stack)
    returned = office.mail(PRIYA, "was taken back by your bank")
    assert "$420.00" in returned["text"]
    look_at(priya, payment, "Taken back", "$420.00")
    receipt = priya.page.get_by_role("link", name="Receipt as PDF").get_attribute("href") or ""
    assert priya.download(receipt.removeprefix("/evergreen-austin")).startswith(b"%PDF")
    priya.open(f"/invoices/{invoice['id']}")
    expect(priya.main()).to_contain_text("Balance$420.00")
    expect(priya.page.get_by_role("link", name="Pay this invoice")).to_be_visible()
