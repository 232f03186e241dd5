"""Each person comes in, sees what is theirs, and does what they may."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD


def test_priya_raises_a_request_and_omar_is_mailed(visit: Visit, office: Office) -> None:
    priya = visit("priya@lakeside.test")
    priya.follow("New request")
    priya.page.get_by_label("Property").select_option(label="North Gate")
    priya.page.get_by_label("What is it about?").fill("The gate stays open")
    priya.page.get_by_label("Tell us more").fill("Since Tuesday.\nIt does not close by itself.")
    priya.press("Send the request")

    expect(priya.heading()).to_have_text("The gate stays open")
    expect(priya.main()).to_contain_text("Thank you. Your request was sent.")
    priya.open("/requests")
    expect(priya.main()).to_contain_text("The gate stays open")
    office.mail("omar@evergreen.test", "The gate stays open")


def test_ben_pays_but_does_not_sign(visit: Visit, office: Office) -> None:
    proposal, elsewhere = office.proposal("Not for Ben to sign"), office.proposal("Not Ben's place", "North Gate")
    ben = visit("ben@lakeside.test")
    ben.open(f"/proposals/{proposal['id']}")

    expect(ben.heading()).to_have_text("Not for Ben to sign")
    expect(ben.page.get_by_role("link", name="Review and sign")).to_have_count(0)
    ben.open(f"/proposals/{proposal['id']}/sign")
    assert not ben.page.url.endswith("/sign")
    for page in ("", "/pdf", "/sign"):
        assert ben.status(f"/proposals/{elsewhere['id']}{page}") == 404


def test_chen_sees_an_invoice_and_why_it_is_not_his_to_pay(visit: Visit, office: Office) -> None:
    invoice = office.invoice(9_900)
    chen = visit("chen@lakeside.test")
    chen.open(f"/invoices/{invoice['id']}")

    expect(chen.main()).to_contain_text("Only the property's primary contact or the invoice's billing contact")
    expect(chen.page.get_by_role("link", name="Pay this invoice")).to_have_count(0)
    chen.open(f"/pay?invoice={invoice['id']}")
    assert chen.page.url.endswith(f"/invoices/{invoice['id']}")


def test_dana_sees_nothing_of_lakesides(visit: Visit, office: Office) -> None:
    invoice, proposal = office.invoice(8_800), office.proposal("Lakeside's own business")
    priya, dana = visit("priya@lakeside.test"), visit("dana@oakterrace.test")
    priya.open("/requests")
    request = priya.page.locator("a.row").first.get_attribute("href") or ""

    for path in ("/dashboard", "/invoices", "/proposals", "/requests", "/payments", "/payment-methods"):
        dana.open(path)
        for word in ("Clubhouse", "North Gate", "Lakeside", invoice["number"], "4242"):
            expect(dana.main()).not_to_contain_text(word)
    for path in (
        f"/invoices/{invoice['id']}",
        f"/invoices/{invoice['id']}/pdf",
        f"/pay?invoice={invoice['id']}",
        f"/proposals/{proposal['id']}",
        f"/proposals/{proposal['id']}/pdf",
        f"/proposals/{proposal['id']}/sign",
        request.removeprefix("/evergreen-austin"),
    ):
        assert dana.status(path) == 404


def test_each_portal_has_its_own_settings_and_session(visit: Visit) -> None:
    priya = visit("priya@lakeside.test", portal="evergreen-dallas")

    expect(priya.page.get_by_role("navigation").get_by_role("link", name="Requests")).to_have_count(0)
    priya.follow("Annex lawn care 2027")
    expect(priya.main()).not_to_contain_text("512")
    priya.portal = priya.portal.replace("dallas", "austin")
    priya.open("/dashboard")
    expect(priya.heading()).to_have_text("Sign in")


def test_an_invited_contact_chooses_a_password_once(visit: Visit, office: Office) -> None:
    office.contact("Sam Lee", "sam@lakeside.test")
    link = office.invitation("sam@lakeside.test")
    sam, late = visit(), visit()
    late.expected.add(410)
    for visitor in (sam, late):
        visitor.open(link)
        visitor.page.get_by_label("Password").fill(PASSWORD)
        visitor.press("Save and sign in")

    expect(sam.heading()).to_have_text("Hello, Sam")
    expect(late.heading()).to_have_text("This link is no longer valid")
    assert late.barriers() == []


def test_signing_out_closes_every_page(visit: Visit) -> None:
    priya = visit("priya@lakeside.test")
    priya.page.get_by_text("Priya Shah").first.click()
    priya.press("Sign out")
    expect(priya.heading()).to_have_text("Sign in")

    priya.open("/invoices")
    expect(priya.heading()).to_have_text("Sign in")
    priya.page.get_by_label("E-mail").fill("priya@lakeside.test")
    priya.page.get_by_label("Password").fill(PASSWORD)
    priya.press("Sign in")
    expect(priya.heading()).to_have_text("Invoices")


def test_a_wrong_password_is_told_and_the_address_is_kept(visit: Visit) -> None:
    somebody = visit()
    somebody.expected.add(401)
    somebody.open("/login")
    somebody.page.get_by_label("E-mail").fill("nobody@lakeside.test")
    somebody.page.get_by_label("Password").fill("not the password")
    somebody.press("Sign in")

    expect(somebody.page.get_by_role("alert")).to_be_focused()
    expect(somebody.page.get_by_label("E-mail")).to_have_value("nobody@lakeside.test")
    assert somebody.barriers() == []


def test_electronic_receipts_are_switched_off_and_on(visit: Visit) -> None:
    ben = visit("ben@lakeside.test")
    for wanted in (True, False):
        ben.open("/preferences")
        ben.page.get_by_label("Electronic receipts").set_checked(wanted)
        ben.press("Save")
        expect(ben.main()).to_contain_text("Your preferences are saved.")
        expect(ben.page.get_by_label("Electronic receipts")).to_be_checked(checked=wanted)
