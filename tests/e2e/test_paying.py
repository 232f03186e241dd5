"""Paying invoices in the browser."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import CARD_SECONDS, Visitor

PRIYA = "priya@lakeside.test"
GOOD, DECLINED, CHALLENGED = "4242424242424242", "4000000000000341", "4000002760003184"


def start_paying(priya: Visitor, number: str) -> None:
    """From the list of due invoices to the form."""
    priya.open("/invoices?status=due")
    priya.follow(number)
    priya.follow("Pay this invoice")
    expect(priya.heading()).to_have_text(f"Pay invoice {number}")


def test_priya_pays_with_another_card_after_a_decline_and_gets_a_receipt(visit: Visit, office: Office) -> None:
    invoice = office.invoice(12_345, "North Gate")
    priya = visit(PRIYA)
    expect(priya.main()).to_contain_text("Current balance")

    start_paying(priya, invoice["number"])
    priya.add_card(DECLINED)
    expect(priya.main()).to_contain_text("Convenience fee$2.50")
    priya.press("Pay $125.95")

    alert = priya.page.get_by_role("alert")
    expect(alert).to_contain_text("declined", ignore_case=True, timeout=CARD_SECONDS)
    expect(alert).to_contain_text("Nothing was charged.")
    expect(priya.heading()).to_have_text(f"Pay invoice {invoice['number']}")

    priya.add_card(GOOD)
    priya.press("Pay $125.95")

    expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)
    expect(priya.main()).to_contain_text("Visa ending in 4242")
    receipt = priya.page.get_by_role("link", name="Receipt as PDF").get_attribute("href") or ""
    assert priya.download(receipt.removeprefix("/evergreen-austin")).startswith(b"%PDF")
    office.mail(PRIYA, invoice["number"])
    priya.open(f"/invoices/{invoice['id']}")
    expect(priya.main()).to_contain_text("Nothing is left to pay")


def test_a_challenge_by_the_bank_that_is_passed_completes_the_payment(visit: Visit, office: Office) -> None:
    invoice = office.invoice(20_000)
    priya = visit(PRIYA)
    start_paying(priya, invoice["number"])
    priya.type_card(CHALLENGED)
    priya.press("Save this card")
    challenge = priya.page.frame_locator("iframe[title='Card verification by your bank']")
    challenge.get_by_role("button", name="Complete").click(timeout=CARD_SECONDS)
    expect(priya.chosen_method()).to_contain_text("3184", timeout=CARD_SECONDS)

    priya.press(re.compile(r"Pay \$202.50"))
    expect(priya.heading()).to_have_text("Confirm your payment", timeout=CARD_SECONDS)
    priya.follow("Confirm with your bank")
    priya.press("Complete")

    expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)
    assert "secret" not in priya.page.url


def test_a_challenge_that_fails_leaves_the_invoice_due(visit: Visit, office: Office) -> None:
    invoice = office.invoice(20_100)
    priya = visit(PRIYA)
    start_paying(priya, invoice["number"])
    priya.page.get_by_label(re.compile("3184")).check()
    expect(priya.main()).to_contain_text("Total$203.50")
    priya.press("Pay $203.50")
    priya.follow("Confirm with your bank")
    priya.press("Fail")

    expect(priya.heading()).to_have_text("Your payment was declined", timeout=CARD_SECONDS)
    priya.follow("Try again")
    expect(priya.heading()).to_have_text(f"Pay invoice {invoice['number']}")


def test_a_double_click_pays_once(visit: Visit, office: Office) -> None:
    invoice = office.invoice(5_000)
    priya = visit(PRIYA)
    start_paying(priya, invoice["number"])
    priya.page.get_by_label(re.compile("4242")).first.check()

    priya.page.get_by_role("button", name="Pay $52.50").dblclick()

    expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)
    priya.open("/payments")
    expect(priya.page.get_by_role("row").filter(has_text=invoice["number"])).to_have_count(1)


def test_a_part_of_the_balance_is_paid_at_the_price_that_is_shown(visit: Visit, office: Office) -> None:
    invoice = office.invoice(30_000)
    priya = visit(PRIYA, width=390)
    start_paying(priya, invoice["number"])
    priya.page.get_by_label(re.compile("4242")).first.check()
    priya.page.get_by_label("Another amount").check()
    priya.page.get_by_label("Amount to pay").fill("400")
    expect(priya.main()).to_contain_text("This is more than the balance.")

    priya.page.get_by_label("Amount to pay").fill("100")
    expect(priya.main()).not_to_contain_text("This is more than the balance.")
    priya.press("Pay $102.50")

    expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)
    priya.open(f"/invoices/{invoice['id']}")
    expect(priya.main()).to_contain_text("Balance$200.00")


def test_several_invoices_are_paid_at_once(visit: Visit, office: Office) -> None:
    numbers = [office.invoice(cents)["number"] for cents in (1_100, 2_200)]
    priya = visit(PRIYA)
    priya.open("/invoices?status=due")
    for number in numbers:
        priya.page.get_by_label(f"Choose {number}").check()
    priya.press("Pay the chosen invoices")
    priya.page.get_by_label(re.compile("4242")).first.check()
    priya.press("Pay $35.50")

    expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)
    for number in numbers:
        expect(priya.main()).to_contain_text(number)


def test_without_javascript_a_card_is_entered_at_the_provider_and_pays(visit: Visit, office: Office) -> None:
    invoice = office.invoice(7_000)
    priya = visit(PRIYA, javascript=False)
    start_paying(priya, invoice["number"])

    priya.press("Enter a card on our payment provider's page")
    for label, value in {
        "Card number": "5555555555554444",
        "Expiry date": "12/34",
        "Security code": "123",
        "Name on card": "Priya Shah",
        "ZIP code": "78703",
    }.items():
        priya.page.get_by_label(label).fill(value)
    priya.press("Save card")

    expect(priya.chosen_method()).to_contain_text("Mastercard ending in 4444", timeout=CARD_SECONDS)
    priya.page.get_by_label("Another amount").check()
    priya.page.get_by_label("Amount to pay").fill("60")
    priya.press("Update the total")
    priya.press("Pay $62.50")
    expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)


def test_a_card_that_the_provider_refuses_is_said_beside_its_fields(visit: Visit) -> None:
    priya = visit(PRIYA)
    priya.expected.add(402)
    priya.open("/payment-methods")
    priya.press("Save this card")
    expect(priya.page.get_by_role("alert")).to_contain_text("incomplete")

    priya.type_card("4000000000000002")
    priya.press("Save this card")
    expect(priya.page.get_by_role("alert")).to_contain_text("declined", timeout=CARD_SECONDS)
    expect(priya.page.get_by_role("button", name="Save this card")).to_be_enabled()
