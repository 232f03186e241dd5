"""What the office does with invoices, credits and payments, as the customer finds it in the browser."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, WIDE

PRIYA = "priya@lakeside.test"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_credits_checks_refunds_and_voids_are_told_on_the_pages_they_concern(
    visit: Visit, office: Office, width: int
) -> None:
    taxed = {"service": "Mulching", "quantity": 2, "unit_price": {"amount": 10_000}, "tax_percent": "8.25"}
    invoice, mistaken = office.invoice(0, services=[taxed]), office.invoice(7_700)
    credit = office.credit(7_500, "A visit that we missed")
    office.apply(credit, invoice, 5_000)
    check = office.check(10_000, "1042", invoice)
    office.refund(check, 4_000)
    office.void(mistaken, "Sent twice.")
    priya = visit(PRIYA, width=width, javascript=width == WIDE)

    def reads(path: str, *said: str) -> None:
        priya.open(path)
        for each in said:
            expect(priya.main()).to_contain_text(each)
        assert priya.overflow() <= 0
        if width == WIDE:
            assert priya.barriers() == []

    reads(f"/invoices/{invoice['id']}", "Sales tax$16.50", "Credits-$50.00", "Payments-$100.00", "Balance$66.50")
    reads(f"/invoices/{mistaken['id']}", "This invoice is void. Nothing is owed.", "Sent twice.")
    reads("/invoices", "Void", "unapplied credit")
    reads(f"/payments/{check['id']}", "Part of this payment was refunded", "Check 1042", "Remains paid$60.00")
    reads("/payments", "Partly refunded", "$40.00 refunded")
    reads("/credits", credit["number"], f"$50.00 to {invoice['number']}", "A visit that we missed")
    reads("/statement", f"Invoice {invoice['number']}", "Taken back", check["number"], "Balance on")

    priya.follow("This month")
    expect(priya.main()).to_contain_text(f"Credit applied to {invoice['number']}")
    for kind, begins in (("PDF", b"%PDF"), ("Spreadsheet", b"\xef\xbb\xbfdate,kind")):
        path = priya.page.get_by_role("link", name=kind).get_attribute("href") or ""
        assert priya.download(path.removeprefix("/evergreen-austin")).startswith(begins)
