"""An administrator has another system told what happens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.chassis.conftest import until
from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, WIDE, Visitor, is_fit
from tests.service.notifications.receivers import Receiver, answering, receiver

ADMIN = "admin@evergreen.test"


@pytest.fixture
def shop() -> Iterator[Receiver]:
    """The other system."""
    with receiver() as shop:
        yield shop


def make(admin: Visitor, shop: Receiver, description: str) -> str:
    """Makes a webhook on the pages; its secret, as the page shows it once."""
    admin.open("/webhooks/new")
    is_fit(admin)
    admin.page.get_by_label("Address").fill(shop.url)
    admin.page.get_by_label("Description").fill(description)
    admin.page.get_by_role("checkbox", name="invoice.shared").check()
    admin.press("Make the webhook")
    is_fit(admin)
    secret = admin.page.get_by_label(description).input_value()
    admin.follow("I have kept it")
    return secret


def test_a_webhook_is_made_tried_and_told_what_happens(visit: Visit, office: Office, shop: Receiver) -> None:
    admin = visit(ADMIN, portal="office", width=WIDE)
    secret = make(admin, shop, "Accounting")
    expect(admin.heading()).to_have_text("Accounting")

    admin.press("Send a test event")
    expect(admin.main().get_by_text("Answered 204")).to_be_visible(timeout=15_000)
    is_fit(admin)
    assert shop.received[0].verify(secret)["type"] == "webhook.test"

    shop.behaviours = [answering(500, b"The books are closed.")]
    invoice = office.invoice(7_700)
    admin.follow("Accounting")
    # The list does not follow what happens, as a delivery's own page does: it is opened once the shop was told.
    until(lambda: any(each.verify(secret)["type"] == "invoice.shared" for each in shop.received), "it was told")
    admin.page.reload()
    expect(admin.page.get_by_role("link", name="invoice.shared")).to_be_visible()
    is_fit(admin)
    admin.follow("invoice.shared")
    expect(admin.main().get_by_text("Answered 500")).to_be_visible(timeout=15_000)
    expect(admin.main().get_by_text("The books are closed.")).to_be_visible()
    admin.press("Send once more")
    expect(admin.main().get_by_text("Answered 204")).to_be_visible(timeout=15_000)
    told = [each.verify(secret) for each in shop.received if each.verify(secret)["type"] == "invoice.shared"]
    assert [each["data"]["number"] for each in told] == [invoice["number"]] * 2  # type: ignore[index]
    assert len({each.message_id for each in shop.received}) == 2

    admin.open("/audit?action=webhook")
    expect(admin.main()).to_contain_text("webhook.created")


def test_without_scripts_and_on_a_phone_a_webhook_is_made_and_deleted(visit: Visit, shop: Receiver) -> None:
    admin = visit(ADMIN, portal="office", width=NARROW, javascript=False)
    admin.open("/webhooks/new")
    admin.expected.add(422)
    admin.page.get_by_label("Address").fill("https://10.0.0.1/hooks")
    admin.page.get_by_role("checkbox", name="job.created").check()
    admin.press("Make the webhook")
    expect(admin.main().get_by_text("This address is not a public one.").first).to_be_visible()

    admin.page.get_by_label("Address").fill(shop.url)
    admin.page.get_by_label("Description").fill("For a moment")
    admin.press("Make the webhook")
    assert admin.page.get_by_label("For a moment").input_value().startswith("whsec_")
    admin.follow("I have kept it")
    admin.page.locator("summary", has_text="Delete…").click()
    admin.press("Delete the webhook")
    expect(admin.main()).to_contain_text("Deleted.")
    expect(admin.main()).not_to_contain_text("For a moment")


def test_the_pages_of_webhooks_are_accessible_and_fit_on_a_phone(visit: Visit, shop: Receiver) -> None:
    admin = visit(ADMIN, portal="office", width=NARROW)
    make(admin, shop, "On a phone")
    is_fit(admin)
    admin.press("Send a test event")
    expect(admin.main().get_by_text("Answered 204")).to_be_visible(timeout=15_000)
    is_fit(admin)
    admin.follow("On a phone")
    is_fit(admin)
    for path in ("/webhooks", "/webhooks/events"):
        admin.open(path)
        is_fit(admin)
    admin.page.locator("summary", has_text="proposal.signed").click()
    is_fit(admin)
