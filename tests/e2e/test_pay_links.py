"""Paying an invoice by its link, without a login."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import CARD_SECONDS, NARROW, WIDE, Visitor

GOOD, DECLINED = "4242424242424242", "4000000000000002"
DONE = "Thank you, your payment is complete"
EMAIL = "accounts@tallyhouse.test"


def path_of(url: str) -> str:
    """The page within the portal that a link leads to."""
    return url.partition("/evergreen-austin")[2]


def type_card(guest: Visitor, number: str) -> None:
    """Types a card into the provider's fields."""
    fields = guest.page.frame_locator("[data-kind=card] iframe")
    fields.get_by_label("Card number").fill(number)
    fields.get_by_label("Expiry date").fill("12 / 34")
    fields.get_by_label("Security code").fill("123")
    fields.get_by_label("ZIP code").fill("78703")


def test_anybody_pays_an_invoice_at_its_link_and_sees_nothing_of_whose_it_is(visit: Visit, office: Office) -> None:
    invoice = office.invoice(12_345)
    guest = visit()
    guest.open(path_of(office.pay_link(invoice)))
    expect(guest.heading()).to_have_text(f"Pay invoice {invoice['number']}")
    expect(guest.main()).to_contain_text("Convenience fee$2.50")
    for secret in ("Lakeside", "Clubhouse", "Hedge", "Rosa", "Shore"):
        expect(guest.page.locator("body")).not_to_contain_text(secret)

    guest.page.get_by_label("Your e-mail").fill(EMAIL)
    guest.expected.add(402)
    type_card(guest, DECLINED)
    guest.press("Pay $125.95")
    expect(guest.page.get_by_role("alert")).to_contain_text("declined", timeout=CARD_SECONDS)
    type_card(guest, GOOD)
    guest.press("Pay $125.95")

    expect(guest.heading()).to_have_text(DONE, timeout=CARD_SECONDS)
    expect(guest.main()).to_contain_text("Visa ending in 4242")
    receipt = guest.page.get_by_role("link", name="Receipt as PDF").get_attribute("href") or ""
    assert guest.download(path_of(receipt)).startswith(b"%PDF")
    office.mail(EMAIL, invoice["number"])

    guest.open(path_of(guest.page.url.partition("/payments/")[0]))
    expect(guest.heading()).to_have_text("This invoice is paid")


def test_a_part_is_paid_from_a_bank_account(visit: Visit, office: Office) -> None:
    invoice = office.invoice(30_000)
    guest = visit(width=NARROW)
    guest.open(path_of(office.pay_link(invoice)))
    guest.page.get_by_label("Another amount").check()
    guest.page.get_by_label("Amount to pay").fill("400")
    expect(guest.main()).to_contain_text("This is more than the balance.")
    guest.page.get_by_label("Amount to pay").fill("100")
    guest.page.get_by_label("Bank account", exact=True).check()
    expect(guest.main()).to_contain_text("Convenience fee$0.00")
    expect(guest.main()).to_contain_text("I authorize Evergreen Grounds to debit it electronically once")
    guest.page.get_by_label("Your e-mail").fill(EMAIL)
    fields = guest.page.frame_locator("[data-kind=us_bank_account] iframe")
    fields.get_by_label("Account holder").fill("Tally House")
    guest.press("Pay $100.00")
    expect(guest.heading()).to_have_text("Your payment is being processed", timeout=CARD_SECONDS)


def test_without_javascript_a_guest_pays_on_the_providers_page(visit: Visit, office: Office) -> None:
    invoice = office.invoice(7_000)
    guest = visit(javascript=False)
    guest.open(path_of(office.pay_link(invoice)))
    guest.page.get_by_label("Your e-mail").fill(EMAIL)
    guest.press("Pay $72.50")
    for label, value in {
        "Card number": "5555555555554444",
        "Expiry date": "12/34",
        "Security code": "123",
        "Name on card": "Tally House",
        "ZIP code": "78703",
    }.items():
        guest.page.get_by_label(label).fill(value)
    guest.press(re.compile("^Pay"))
    expect(guest.heading()).to_have_text(DONE, timeout=CARD_SECONDS)
    expect(guest.main()).to_contain_text("Mastercard ending in 4444")


def test_a_link_that_was_renewed_and_one_of_another_portal_lead_nowhere(visit: Visit, office: Office) -> None:
    invoice = office.invoice(5_000)
    old = office.pay_link(invoice)
    new = office.renew_pay_link(invoice)
    assert old != new
    guest = visit()
    guest.expected.add(410)
    guest.open(path_of(old))
    expect(guest.heading()).to_have_text("This link is no longer valid")
    expect(guest.main()).to_contain_text("replaced by a newer one")
    guest.portal = guest.portal.replace("evergreen-austin", "evergreen-dallas")
    guest.open(path_of(new))
    expect(guest.heading()).to_have_text("This link is no longer valid")


def test_the_pages_of_guests_are_accessible_and_fit(visit: Visit, office: Office) -> None:
    due, taken_back = office.invoice(6_600), office.invoice(1_000)
    links = [path_of(office.pay_link(each)) for each in (due, taken_back)]
    office.void(taken_back, "Raised twice")
    for width in (WIDE, NARROW):
        guest = visit(width=width)
        guest.expected.add(410)
        for path in (*links, "/pay/nothing"):
            guest.open(path)
            assert guest.barriers() == []
            assert guest.overflow() <= 0
