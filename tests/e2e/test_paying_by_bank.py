"""Bank accounts in the browser: entered, verified by micro-deposits, paid with, removed."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import CARD_SECONDS, NARROW, WIDE, Visitor

PRIYA = "priya@lakeside.test"


def verify(priya: Visitor, last4: str) -> None:
    """Confirms at the provider what the bank shows of the small deposit, and comes back."""
    row = priya.page.locator(".row", has_text=last4)
    expect(row).to_contain_text("Not verified yet")
    row.get_by_role("link", name=re.compile("Verify this account")).click()
    priya.page.get_by_label("Code").fill("SM11AA")
    priya.press("Verify with the code")
    expect(priya.page.get_by_role("button", name="Verify with the code")).to_have_count(0)
    priya.open("/payment-methods")
    expect(row).not_to_contain_text("Not verified yet")


def test_priya_adds_a_bank_account_verifies_it_and_pays_with_it(visit: Visit, office: Office) -> None:
    invoice = office.invoice(30_000)
    priya = visit(PRIYA)
    priya.open("/payment-methods")
    fields = priya.page.frame_locator("[data-bank-fields] iframe")
    fields.get_by_label("Account holder's name").fill("Priya Shah")
    fields.get_by_label(re.compile("Enter the account's numbers")).check()
    fields.get_by_label("Routing number").fill("110000000")
    fields.get_by_label("Account number").fill("000123456789")
    priya.press("Save this bank account")

    expect(priya.page.get_by_role("alert").first).to_contain_text("One step is left", timeout=CARD_SECONDS)
    assert priya.barriers() == []
    for width in (WIDE, NARROW):
        priya.page.set_viewport_size({"width": width, "height": 844})
        assert priya.overflow() <= 0
    office.mail(PRIYA, "6789")
    verify(priya, "6789")

    priya.open(f"/invoices/{invoice['id']}")
    priya.follow("Pay this invoice")
    priya.page.get_by_label(re.compile("6789")).check()
    priya.press("Pay $300.00")
    expect(priya.heading()).to_have_text("Your payment is being processed", timeout=CARD_SECONDS)
    priya.open(f"/invoices/{invoice['id']}")
    expect(priya.main()).to_contain_text("Payment processing")


def test_without_javascript_a_bank_account_is_entered_at_the_provider_and_removed(visit: Visit) -> None:
    priya = visit(PRIYA, javascript=False)
    priya.open("/payment-methods")
    priya.press("Enter a bank account on our payment provider's page")
    for label, value in {
        "Account holder's name": "Priya Shah",
        "Routing number": "110000000",
        "Account number": "000222222227",
    }.items():
        priya.page.get_by_label(label).fill(value)
    priya.press("Save bank account")
    expect(priya.page.get_by_role("alert").first).to_contain_text("One step is left", timeout=CARD_SECONDS)
    verify(priya, "2227")

    row = priya.page.locator(".row", has_text="2227")
    row.locator("summary").click()
    row.get_by_role("button", name=re.compile("^Remove")).click()
    expect(priya.page.get_by_role("alert").first).to_contain_text("was removed")
    expect(row).to_have_count(0)
