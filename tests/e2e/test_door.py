"""The ways into a portal without a password, and back to one's own."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD, Visitor

LINK = re.compile(r"https?://[^/]+/[\w-]+(/(?:login/link|password)/[\w-]+)")


def ask_for_a_code(visitor: Visitor, email: str) -> None:
    """From the sign-in page to the form that wants the code."""
    visitor.follow("E-mail me a code or link")
    visitor.page.get_by_label("E-mail").fill(email)
    visitor.press("E-mail me a code")
    expect(visitor.heading()).to_have_text("Look at your e-mail")


def link_in(mail: str) -> str:
    """The path, within its portal, of the link that a mail carries."""
    found = LINK.search(mail)
    assert found
    return found[1]


def test_lena_signs_in_by_a_mailed_code_and_goes_on_to_the_page_that_she_wanted(visit: Visit, office: Office) -> None:
    lena = visit(portal="harbor")
    lena.expected.add(401)
    lena.open("/invoices?status=due")
    known = office.mails("lena@bluebird.test")
    ask_for_a_code(lena, "lena@bluebird.test")
    code = re.search(r"\b\d{6,8}\b", office.mail("lena@bluebird.test", "Your code for", known)["text"])
    assert code

    lena.page.get_by_label("Code").fill("0" * len(code[0]))
    lena.press("Sign in")
    expect(lena.page.get_by_role("alert")).to_contain_text("This code is wrong or too old.")
    lena.page.get_by_label("Code").fill(code[0])
    lena.press("Sign in")

    expect(lena.heading()).to_have_text("Invoices")
    assert lena.page.url.endswith("/harbor/invoices?status=due")


def test_a_mailed_link_signs_in_once_and_only_at_the_press_of_its_button(visit: Visit, office: Office) -> None:
    chen, scanner, late = visit(javascript=False), visit(), visit()
    late.expected.add(410)
    chen.open("/login")
    ask_for_a_code(chen, "chen@lakeside.test")
    link = link_in(office.mail("chen@lakeside.test", "/login/link/")["text"])

    scanner.open(link)
    assert scanner.barriers() == []
    for visitor in (chen, late):
        visitor.open(link)
        visitor.press("Sign in to Evergreen Austin")
    expect(chen.heading()).to_have_text("Hello, Chen")
    expect(late.heading()).to_have_text("This link is no longer valid")
    assert late.barriers() == []
    late.follow("E-mail me a new one")
    expect(late.heading()).to_have_text("Sign in by e-mail")


def test_whoever_asks_for_a_mail_is_told_the_same(visit: Visit) -> None:
    somebody, said = visit(), []
    for email in ("raj@deltamarine.test", "nobody@deltamarine.test"):
        for path, press in (("/login/code", "E-mail me a code"), ("/password", "E-mail me a link")):
            somebody.open(path)
            somebody.page.get_by_label("E-mail").fill(email)
            somebody.press(press)
            expect(somebody.heading()).to_have_text("Look at your e-mail")
            said.append(somebody.main().inner_text().replace(email, ""))

    assert said[:2] == said[2:]


def test_a_forgotten_password_is_set_anew_and_ends_every_session(visit: Visit, office: Office) -> None:
    elsewhere, raj = visit("raj@deltamarine.test", portal="harbor"), visit(portal="harbor")
    raj.open("/login")
    raj.follow("Forgot your password?")
    raj.page.get_by_label("E-mail").fill("raj@deltamarine.test")
    raj.press("E-mail me a link")
    link = link_in(office.mail("raj@deltamarine.test", "/password/")["text"])

    raj.open(link)
    raj.page.get_by_label("New password").fill(PASSWORD)
    raj.press("Save the new password")
    expect(raj.main()).to_contain_text("Your new password is saved")
    assert raj.barriers() == []
    raj.page.get_by_label("E-mail").fill("raj@deltamarine.test")
    raj.page.get_by_label("Password").fill(PASSWORD)
    raj.press("Sign in")

    expect(raj.heading()).to_have_text("Hello, Raj")
    elsewhere.open("/dashboard")
    expect(elsewhere.heading()).to_have_text("Sign in")
    assert raj.page.request.post(f"{raj.portal}{link}", form={"password": PASSWORD}).status == 410


def test_the_wrong_portal_names_the_right_one(visit: Visit) -> None:
    ben = visit(portal="evergreen-dallas")
    ben.expected.add(401)
    ben.open("/login")
    ben.page.get_by_label("E-mail").fill("ben@lakeside.test")
    ben.page.get_by_label("Password").fill("not the password")
    ben.press("Sign in")
    expect(ben.main()).not_to_contain_text("Evergreen Austin")
    ben.page.get_by_label("Password").fill(PASSWORD)
    ben.press("Sign in")
    expect(ben.main()).to_contain_text("You cannot sign in to this portal.")
    assert ben.barriers() == []

    ben.follow("Evergreen Austin")
    assert ben.page.url.endswith("/evergreen-austin/login")


def test_people_are_mailed_the_portals_that_they_have(visit: Visit, office: Office) -> None:
    priya = visit()
    priya.open("/../")
    priya.page.get_by_label("E-mail").fill("priya@lakeside.test")
    priya.press("E-mail me my portals")
    expect(priya.heading()).to_have_text("Look at your e-mail")

    text = office.mail("priya@lakeside.test", "portals")["text"]
    assert "/evergreen-austin" in text
    assert "/evergreen-dallas" in text


def test_priya_goes_from_one_portal_to_the_other(visit: Visit) -> None:
    priya = visit("priya@lakeside.test")
    priya.page.locator("details.account summary").click()
    priya.follow("Evergreen Dallas")

    expect(priya.heading()).to_have_text("Sign in")
    assert "/evergreen-dallas/login" in priya.page.url
