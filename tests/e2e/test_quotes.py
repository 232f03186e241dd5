"""A quote in browsers: asked for with a photo, mailed to the office, answered with a proposal, seen by its own."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office

MIA, TOM, ADMIN = "mia@northside.test", "tom@northside.test", "admin@coolair.test"


def photo() -> bytes:
    """A picture as a phone would send it."""
    written = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(written, "JPEG")
    return written.getvalue()


def test_mia_asks_for_a_quote_with_a_photo_and_gets_a_proposal(visit: Visit, office: Office) -> None:
    mia = visit(MIA, portal="coolair")
    mia.follow("Quotes")
    mia.follow("Ask for a quote")
    mia.page.get_by_label("What do you have in mind?").fill("A heat pump for the waiting room\nIn spring.")
    mia.page.get_by_label("What do you think of spending?").fill("4,200")
    mia.page.get_by_label("Photos or plans").set_input_files(
        FilePayload(name="waiting room.jpg", mimeType="image/jpeg", buffer=photo())
    )
    mia.press("Ask for the quote")
    expect(mia.main()).to_contain_text("Thank you. We have your enquiry")
    expect(mia.main()).to_contain_text("$4,200.00")
    number = mia.heading().inner_text().removeprefix("Quote ")
    link = mia.page.get_by_role("link", name="waiting room.jpg").get_attribute("href") or ""
    assert mia.download(link.removeprefix("/coolair")).startswith(b"\xff\xd8")
    assert "A heat pump" in office.mail(ADMIN, f"New quote {number}")["text"]

    admin = visit(ADMIN, portal="office")
    admin.open("/quotes")
    admin.follow("A heat pump for the waiting room")
    expect(admin.page.get_by_role("link", name="waiting room.jpg")).to_be_visible()
    admin.follow("Answer it")
    admin.page.get_by_label("Note to the customer").fill("We come by to measure.")
    admin.page.get_by_label("Planned for").fill("2027-03-02")
    admin.press("Finalize the quote")
    expect(admin.main()).to_contain_text("The quote is answered, and its proposal drafted.")
    office.mail(MIA, f"Your quote {number} is in good hands")
    mia.page.reload()
    expect(mia.main()).to_contain_text("We are preparing your proposal.")
    expect(mia.main()).to_contain_text("We come by to measure.")

    admin.page.locator("main a.row").first.click()
    expect(admin.main()).to_contain_text("$4,200.00")
    admin.press("Deliver to the customer")
    expect(admin.main()).to_contain_text("Delivered.")
    mia.page.reload()
    mia.page.get_by_role("link", name="A heat pump for the waiting room").click()
    expect(mia.page.get_by_role("link", name="Review and sign")).to_be_visible()


def test_who_may_see_only_their_own_quotes_sees_nobody_elses(visit: Visit) -> None:
    tom = visit(TOM, portal="coolair")
    tom.expected |= {403, 404}
    tom.open("/quotes")
    expect(tom.main()).to_contain_text("No quotes yet")
    expect(tom.page.get_by_role("link", name="Ask for a quote")).to_have_count(0)
    assert tom.status("/quotes/new") == 403


def test_a_quote_says_what_is_wrong_with_it_and_keeps_what_was_typed(visit: Visit) -> None:
    mia = visit(MIA, portal="coolair", javascript=False)
    mia.expected.add(422)
    mia.open("/quotes/new")
    mia.page.get_by_label("What do you have in mind?").fill("A fan")
    mia.page.get_by_label("What do you think of spending?").fill("not much")
    mia.press("Ask for the quote")
    expect(mia.main()).to_contain_text("Enter an amount such as 1,200, or nothing.")
    expect(mia.page.get_by_label("What do you have in mind?")).to_have_value("A fan")
