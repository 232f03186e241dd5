"""A proposal's life in browsers: declined, taken back, changed, signed again, and what the office sees of it."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import Visitor

PRIYA = "priya@lakeside.test"
ADMIN = "admin@evergreen.test"


def sign(priya: Visitor, total: str) -> None:
    """Signs the proposal that is open, without any option."""
    priya.follow("Review and sign")
    priya.page.get_by_label("Your full name").fill("Priya Shah")
    priya.page.get_by_label("I have read this statement").check()
    priya.press(f"Sign for {total}")
    expect(priya.main()).to_contain_text("Thank you. Signed by Priya Shah")


def test_a_proposal_is_declined_with_a_reason_and_its_sales_rep_is_told(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Not this year")
    priya = visit(PRIYA)
    priya.open(f"/proposals/{proposal['id']}")
    priya.follow("Decline")
    priya.page.get_by_label("Why do you decline it?").fill("Too dear.\nAsk us in spring.")
    priya.press("Decline the proposal")

    expect(priya.main()).to_contain_text("Declined by Priya Shah")
    expect(priya.main()).to_contain_text("Rejected")
    expect(priya.page.get_by_role("link", name="Review and sign")).to_have_count(0)
    assert "Ask us in spring." in office.mail("rosa@evergreen.test", "Declined: contract " + proposal["number"])["text"]
    priya.open("/proposals?status=rejected")
    expect(priya.main()).to_contain_text("Not this year")


def test_without_javascript_a_proposal_is_declined_once_it_says_why(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Declined without a script")
    priya = visit(PRIYA, javascript=False)
    priya.expected.add(422)
    priya.open(f"/proposals/{proposal['id']}/decline")
    priya.page.get_by_label("Why do you decline it?").fill("   ")
    priya.press("Decline the proposal")
    expect(priya.main()).to_contain_text("Say in at most 2,000 characters why.")
    priya.page.get_by_label("Why do you decline it?").fill("No.")
    priya.press("Decline the proposal")
    expect(priya.main()).to_contain_text("Declined by Priya Shah")


def test_what_was_signed_is_taken_back_changed_and_signed_again(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Twice signed")
    priya, admin = visit(PRIYA), visit(ADMIN, portal="office")
    priya.open(f"/proposals/{proposal['id']}")
    sign(priya, "$1,000.00")

    admin.open("/proposals?signed=yes")
    row = admin.main().get_by_role("row").filter(has_text=proposal["number"])
    expect(row).to_contain_text("Priya Shah")
    row.get_by_role("link", name="Twice signed").click()
    admin.page.locator("summary", has_text="Take back to change").click()
    admin.press("Take it back")
    expect(admin.main()).to_contain_text("Taken back. It is a draft now.")
    office.mail(PRIYA, f"Your signature is void: contract {proposal['number']}")

    admin.follow("Edit the draft")
    admin.page.get_by_label("Title").fill("Twice signed, the second time")
    admin.page.get_by_label("Unit price, USD, line 1 of service 1").fill("1,100")
    admin.press("Add a service")
    admin.page.get_by_label("Name, service 4").fill("Leaf removal")
    admin.page.get_by_label("Line 1, service 4").fill("Leaves")
    admin.page.get_by_label("Unit price, USD, line 1 of service 4").fill("100")
    admin.page.get_by_label("Tax, %, line 1 of service 4").fill("8.25")
    admin.page.get_by_role("button", name="Save", exact=True).last.click()
    expect(admin.main()).to_contain_text("Saved.")
    admin.press("Deliver to the customer")
    expect(admin.main()).to_contain_text("Delivered. Those who can sign are told by e-mail.")
    expect(admin.main()).to_contain_text("signed by Priya Shah")

    priya.open(f"/proposals/{proposal['id']}")
    expect(priya.main()).to_contain_text("revision 2")
    expect(priya.main()).to_contain_text("changed after it had been signed")
    assert priya.download(f"/proposals/{proposal['id']}/revisions/1/pdf").startswith(b"%PDF")
    sign(priya, "$1,208.25")


def test_whoever_has_it_open_when_it_is_taken_back_is_told_so(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Taken back meanwhile")
    priya = visit(PRIYA)
    priya.expected.add(404)
    priya.open(f"/proposals/{proposal['id']}/sign")
    office.act(proposal, "reset")
    priya.page.get_by_label("Your full name").fill("Priya Shah")
    priya.page.get_by_label("I have read this statement").check()
    priya.press("Sign for $1,000.00")
    expect(priya.main()).to_contain_text("This proposal was taken back to be changed. You will be asked again.")


def test_a_change_between_viewing_and_signing_is_shown_before_anything_is_signed(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Changed meanwhile")
    priya = visit(PRIYA)
    priya.expected.add(409)
    priya.open(f"/proposals/{proposal['id']}/sign")
    for act in ("reset", "deliver"):
        office.act(proposal, act)
    priya.page.get_by_label("Your full name").fill("Priya Shah")
    priya.page.get_by_label("I have read this statement").check()
    priya.press("Sign for $1,000.00")

    expect(priya.main()).to_contain_text("has changed since it was shown to you.")
    expect(priya.page.get_by_label("I have read this statement")).not_to_be_checked()
    priya.page.get_by_label("I have read this statement").check()
    priya.press("Sign for $1,000.00")
    expect(priya.main()).to_contain_text("Thank you. Signed by Priya Shah")


def test_the_office_follows_what_happened_to_a_proposal(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Followed by the office")
    priya, admin = visit(PRIYA), visit(ADMIN, portal="office")
    priya.open(f"/proposals/{proposal['id']}")
    sign(priya, "$1,000.00")
    admin.open(f"/proposals/{proposal['id']}")
    for act, said in (("Approve", "Approved."), ("Start production", "In production."), ("Mark as won", "won")):
        admin.page.get_by_role("button", name=act, exact=True).click()
        expect(admin.main()).to_contain_text(said)
    admin.main().get_by_role("link", name="Audit").click()
    expect(admin.main()).to_contain_text("Complete and unchanged")
    for entry in ("1. Delivered", "Signed", "Priya Shah <priya@lakeside.test>"):
        expect(admin.main()).to_contain_text(entry)


def test_a_proposal_is_written_delivered_and_found_with_the_keyboard_and_without_javascript(visit: Visit) -> None:
    admin = visit(ADMIN, portal="office", javascript=False)
    admin.expected.add(422)
    admin.open("/proposals/new")
    admin.follow("Clubhouse")
    admin.page.get_by_label("Title").fill("Written without a script")
    admin.page.get_by_label("Name, service 1").fill("Raking")
    admin.page.get_by_label("Line 1, service 1").fill("Raking, per hour")
    admin.page.get_by_label("Unit price, USD, line 1 of service 1").fill("a lot")
    admin.press("Add a line to service 1")
    admin.page.get_by_role("button", name="Save the draft").click()
    expect(admin.main()).to_contain_text("Enter a price such as 120 or 1,200.50.")
    admin.page.get_by_label("Unit price, USD, line 1 of service 1").fill("40")
    admin.page.get_by_label("Quantity, line 1 of service 1").fill("3")
    admin.page.get_by_label("Title").press("Enter")
    expect(admin.main()).to_contain_text("The draft is kept.")
    expect(admin.main()).to_contain_text("$120.00")
    admin.press("Deliver to the customer")
    expect(admin.main()).to_contain_text("Delivered")
