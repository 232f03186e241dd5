"""Requests in the browser: raised with a photo, talked about from both sides, and closed."""

import re

from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.pictures import photo
from tests.e2e.visitor import NARROW, Visitor

OMAR = "omar@evergreen.test"
PHOTO: FilePayload = {"name": "paving.jpg", "mimeType": "image/jpeg", "buffer": photo()}


def raise_request(visitor: Visitor, title: str) -> str:
    """Raises a request with a photo; answers its path."""
    visitor.open("/requests/new")
    if visitor.page.get_by_label("Property", exact=True).count():
        visitor.page.get_by_label("Property", exact=True).select_option(label="Clubhouse")
    visitor.page.get_by_label("What is it about?").fill(title)
    visitor.page.get_by_label("Tell us more").fill("By the pool gate.")
    visitor.page.get_by_label("How urgent is it?").select_option("high")
    visitor.page.get_by_label("Photos or documents").set_input_files([PHOTO])
    visitor.press("Send the request")
    expect(visitor.main()).to_contain_text("Your request was sent")
    expect(visitor.heading()).to_have_text(title)
    return re.sub(r".*/requests/", "/requests/", visitor.page.url).partition("?")[0]


def say(visitor: Visitor, label: str, text: str, button: str, *, public: bool = False) -> None:
    """Adds a comment."""
    visitor.page.get_by_label(label, exact=True).fill(text)
    if public:
        visitor.page.get_by_label("Public").check()
    visitor.press(button)
    expect(visitor.page.locator("#said")).to_contain_text(text)


def test_a_request_is_answered_and_closed_while_its_customer_looks_on(visit: Visit, office: Office) -> None:
    title = "Cracked paving at the pool"
    ben, omar = visit("ben@lakeside.test"), visit(OMAR, portal="office")
    path = raise_request(ben, title)
    expect(ben.page.locator(".attached img")).to_be_visible()
    assert title in office.mail(OMAR, title)["subject"]

    omar.open("/activities")
    omar.page.get_by_role("link", name=title).first.click()
    expect(omar.heading()).to_have_text(title)
    expect(omar.page.locator(".attached img")).to_be_visible()
    say(omar, "Comment", "The mason owes us a favour", "Add the comment")
    say(omar, "Comment", "The mason comes on Tuesday", "Add the comment", public=True)

    # Ben has not touched his page since.
    expect(ben.page.locator("#said")).to_contain_text("The mason comes on Tuesday")
    expect(ben.main()).not_to_contain_text("favour")
    assert path in office.mail("ben@lakeside.test", "The mason comes on Tuesday")["text"]

    say(ben, "Your comment", "Wonderful, thank you", "Send the comment")
    expect(omar.page.locator("#said")).to_contain_text("Wonderful, thank you")
    assert office.mail(OMAR, "Wonderful, thank you")

    omar.press("Close")
    expect(omar.page.locator("#state")).to_contain_text("Closed")
    expect(ben.page.locator("#state")).to_contain_text("Closed")
    assert office.mail("ben@lakeside.test", "Closed: your request")

    say(ben, "Your comment", "It cracked again", "Send the comment")
    expect(omar.page.locator("#state")).to_contain_text("Open")


def test_without_scripts_a_request_is_raised_and_talked_about(visit: Visit, office: Office) -> None:
    chen = visit("chen@lakeside.test", javascript=False, width=NARROW)
    path = raise_request(chen, "Loose handrail")
    say(chen, "Your comment", "The left one", "Send the comment")
    request = office.get(f"/office{path}")
    assert [each["text"] for each in request["comments"]] == ["The left one"]
    (attached,) = request["attachments"]
    file = chen.page.request.get(f"{chen.portal}{path}/attachments/{attached['id']}")
    assert (file.status, file.headers["content-disposition"].split(";")[0]) == (200, "attachment")


def test_what_is_wrong_with_a_request_is_said_beside_it_and_nothing_is_raised(visit: Visit, office: Office) -> None:
    chen = visit("chen@lakeside.test")
    chen.expected |= {415, 422}
    before = len(office.get("/office/requests?limit=100")["items"])
    chen.open("/requests/new")
    chen.page.get_by_label("Property", exact=True).select_option(label="Clubhouse")
    chen.page.get_by_label("What is it about?").fill("A program")
    chen.page.get_by_label("Tell us more").fill("It does things.")
    program: FilePayload = {"name": "setup.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00" + b"\x00" * 200}
    chen.page.get_by_label("Photos or documents").set_input_files([program])
    chen.press("Send the request")
    expect(chen.page.locator("#file-problem")).to_be_visible()
    assert chen.page.get_by_label("What is it about?").input_value() == "A program"
    assert chen.barriers() == []
    assert len(office.get("/office/requests?limit=100")["items"]) == before


def test_the_office_raises_a_request_gives_it_to_somebody_and_makes_one_job_of_it(visit: Visit, office: Office) -> None:
    admin = visit("admin@evergreen.test", portal="office")
    admin.open("/requests/new")
    admin.follow("Clubhouse")
    admin.page.get_by_label("What is it about?").fill("Repaint the lines")
    admin.page.get_by_label("Description").fill("On the tennis court.")
    admin.page.get_by_label("Include client").check()
    admin.press("Add the request")
    expect(admin.heading()).to_have_text("Repaint the lines")
    admin.page.get_by_text("Change the details").click()
    admin.page.get_by_label("Assigned to").select_option(label="Omar Haddad")
    admin.press("Save")
    expect(admin.page.locator("#request")).to_contain_text("Omar Haddad")
    admin.press("Make a job")
    expect(admin.page.locator("#history")).to_contain_text("JOB-")
    admin.press("Make a quote")
    expect(admin.page.locator("#history")).to_contain_text("Omar Haddad")
    expect(admin.page.get_by_role("button", name="Make a quote")).to_have_count(0)
    chen = visit("chen@lakeside.test")
    chen.open("/requests")
    chen.follow("Repaint the lines")
    expect(chen.main()).not_to_contain_text("Omar")
