"""Signing proposals in the browser."""

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import Visitor

PRIYA = "priya@lakeside.test"


def tab_to(visitor: Visitor, target: Locator, most: int = 60) -> None:
    """Presses the tabulator until the target has the focus."""
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached with the keyboard")


def test_priya_signs_with_an_option_and_rosa_is_mailed(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Grounds care, option and drawing", "North Gate")
    priya = visit(PRIYA)
    priya.follow(proposal["title"])
    priya.follow("Review and sign")
    expect(priya.main()).to_contain_text("Total$1,000.00")

    priya.page.get_by_label("Flowers").check()
    expect(priya.main()).to_contain_text("Total$1,200.00")
    priya.page.get_by_label("Your full name").fill("Priya Shah")
    priya.page.get_by_label("Draw my signature").check()
    box = priya.page.locator("canvas").bounding_box()
    assert box
    priya.page.mouse.move(box["x"] + 40, box["y"] + 90)
    priya.page.mouse.down()
    for step in range(12):
        priya.page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 90 + (-30 if step % 2 else 30))
    priya.page.mouse.up()
    priya.page.get_by_label("I have read this statement").check()
    priya.press("Sign for $1,200.00")

    expect(priya.main()).to_contain_text("Thank you. Signed by Priya Shah")
    expect(priya.main()).to_contain_text("Accepted")
    expect(priya.main()).to_contain_text("$1,200.00")
    assert priya.download(f"/proposals/{proposal['id']}/pdf").startswith(b"%PDF")
    office.mail("rosa@evergreen.test", proposal["title"])


def test_a_proposal_is_signed_with_the_keyboard_alone(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Signed by keyboard")
    priya = visit(PRIYA)
    page, keyboard = priya.page, priya.page.keyboard
    tab_to(priya, page.get_by_role("link", name=proposal["title"]))
    keyboard.press("Enter")
    tab_to(priya, page.get_by_role("link", name="Review and sign"))
    keyboard.press("Enter")
    tab_to(priya, page.get_by_label("I have read this statement"))
    keyboard.press("Space")
    tab_to(priya, page.get_by_label("Lights"))
    keyboard.press("Space")
    expect(priya.main()).to_contain_text("Total$1,050.50")
    tab_to(priya, page.get_by_label("Your full name"))
    keyboard.type("Priya Shah")
    tab_to(priya, page.get_by_role("button", name="Sign for $1,050.50"))
    keyboard.press("Enter")

    expect(priya.main()).to_contain_text("Thank you. Signed by Priya Shah")


def test_without_javascript_changed_options_are_shown_once_more(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Signed without a script")
    priya = visit(PRIYA, javascript=False)
    priya.open(f"/proposals/{proposal['id']}/sign")
    priya.page.get_by_label("Flowers").check()
    priya.page.get_by_label("Your full name").fill("Priya Shah")
    priya.page.get_by_label("I have read this statement").check()
    priya.press("Sign for $1,000.00")

    expect(priya.main()).to_contain_text("Please confirm the new total.")
    priya.press("Sign for $1,200.00")
    expect(priya.main()).to_contain_text("Thank you. Signed by Priya Shah")


def test_a_signed_proposal_is_signed_no_second_time(visit: Visit, office: Office) -> None:
    proposal = office.proposal("Signed in another tab")
    first, second = visit(PRIYA), visit(PRIYA)
    second.expected.add(409)
    for priya in (first, second):
        priya.open(f"/proposals/{proposal['id']}/sign")
    for priya in (first, second):
        priya.page.get_by_label("Your full name").fill("Priya Shah")
        priya.page.get_by_label("I have read this statement").check()
        priya.press("Sign for $1,000.00")

    expect(first.main()).to_contain_text("Thank you. Signed by Priya Shah")
    expect(second.main()).to_contain_text("This proposal is signed already.")
