"""The office writes an invoice, shares it, receives a part of it, pays some back, credits it and finds it again."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, WIDE, Visitor, is_fit

ADMIN = "admin@evergreen.test"
NUMBER = re.compile(r"INV-\d{4}-\d{5,}")


def fill(visitor: Visitor, **fields: str) -> None:
    """Types into fields of the page by their ids."""
    for name, value in fields.items():
        visitor.main().locator(f"[id='{name}']").fill(value)


def says(visitor: Visitor, text: str) -> None:
    """The page says so, and can be used by everybody."""
    expect(visitor.main()).to_contain_text(text)
    is_fit(visitor)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_invoice_is_written_shared_paid_in_part_refunded_and_found(visit: Visit, width: int) -> None:
    admin = visit(ADMIN, portal="office", width=width)
    service = f"Gutters {uuid4().hex[:6]}"
    write(admin, service)
    number = NUMBER.findall(admin.heading().inner_text())[0]
    admin.press("Share with the customer")
    says(admin, "It is owed now")
    receive(admin)
    pay_back(admin)
    find(admin, number)
    says(admin, service)
    expect(admin.page.get_by_role("table", name="History")).to_contain_text("$150.00")


def write(admin: Visitor, service: str) -> None:
    """A draft of 240.00 for Lakeside, through every stage of its form."""
    admin.open("/invoices")
    is_fit(admin)
    admin.main().get_by_role("link", name="New invoice").click()
    fill(admin, search="lake")
    admin.press("Search")
    is_fit(admin)
    admin.main().get_by_role("link", name="Lakeside HOA").click()
    admin.expected.add(422)
    fill(admin, **{"service-0": service, "price-0": "lots"})
    admin.press("Save the draft")
    says(admin, "Enter a price such as")
    fill(admin, **{"price-0": "100"})
    admin.press("Add a line")
    fill(admin, **{"service-1": "Cleaning", "quantity-1": "2", "price-1": "70"})
    admin.press("Save the draft")
    says(admin, "The draft is kept")
    expect(admin.main()).to_contain_text("$240.00")


def receive(admin: Visitor) -> None:
    """A check of 100.00 for the invoice that is shown."""
    admin.follow("Record a payment")
    is_fit(admin)
    fill(admin, amount="100", reference="1042")
    admin.press("Record the payment")
    says(admin, "The payment is recorded")
    expect(admin.main()).to_contain_text("Check 1042")


def pay_back(admin: Visitor) -> None:
    """10.00 of the payment that is shown, owed again."""
    admin.follow("Refund")
    fill(admin, amount="10")
    admin.main().get_by_label("The invoices are owed again").check()
    admin.press("Show what goes back")
    says(admin, "The invoices are owed again.")
    admin.press("Refund $10.00")
    says(admin, "The refund is on its way")


def find(admin: Visitor, number: str) -> None:
    """From any page, with the keyboard alone, by the digits that the number ends in."""
    box = admin.page.get_by_role("searchbox", name="Search everything")
    box.fill(str(int(number.rpartition("-")[2])))
    box.press("Enter")
    expect(admin.heading()).to_have_text("Search")
    is_fit(admin)
    link = admin.main().get_by_role("link", name=number)
    link.focus()
    link.press("Enter")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_credit_is_granted_applied_and_taken_back_and_an_invoice_void(
    visit: Visit, office: Office, width: int
) -> None:
    invoice = office.invoice(9_000)
    admin = visit(ADMIN, portal="office", width=width)
    admin.open(f"/customers/{invoice['customer']['id']}")
    admin.main().get_by_role("link", name="Credits").click()
    admin.main().get_by_role("link", name="New credit").click()
    fill(admin, amount="25", reason="A visit that was missed")
    is_fit(admin)
    admin.press("Grant the credit")
    says(admin, "The credit is granted")
    fill(admin, **{f"amount-{invoice['id']}": "25"})
    admin.press("Apply the credit")
    says(admin, "The credit is applied")
    admin.page.locator("summary", has_text="Take back").click()
    admin.press("Take it back")
    says(admin, "free again")
    admin.open(f"/invoices/{invoice['id']}")
    admin.page.locator("summary", has_text="Void it").click()
    fill(admin, reason="Raised twice")
    is_fit(admin)
    admin.press("Void the invoice")
    says(admin, "Nothing is owed of it any more")
    for path in ("/provider-events", "/company/fees", "/search?q=lake", "/search?q=l", "/invoices?status=void"):
        admin.open(path)
        is_fit(admin)
    admin.open(f"/customers/{invoice['customer']['id']}/statement")
    says(admin, "Balance brought forward")


def test_without_a_script_the_office_searches_and_narrows_its_lists(visit: Visit, office: Office) -> None:
    invoice = office.invoice(100)
    admin = visit(ADMIN, portal="office", javascript=False)
    admin.open(f"/invoices?status=due&customer={invoice['customer']['id']}")
    expect(admin.main().get_by_role("link", name=invoice["number"])).to_be_visible()
    admin.page.get_by_role("searchbox", name="Search everything").fill("clubh")
    admin.press("Find")
    expect(admin.main().get_by_role("link", name="Clubhouse").first).to_be_visible()
