"""What contacts do with their own account, details, colleagues and properties."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD, Visitor

CHEN = "chen@lakeside.test"
DANA = "dana@oakterrace.test"


def show(visitor: Visitor, button: str, **ticks: bool) -> None:
    """Chooses properties in the header, by name."""
    visitor.page.locator(".scope summary").click()
    for name, ticked in ticks.items():
        visitor.page.get_by_label(name.replace("_", " "), exact=True).set_checked(ticked)
    visitor.press(button)


def test_the_filter_holds_across_sections_and_sessions(visit: Visit, office: Office) -> None:
    here, there = office.invoice(4_400, "Clubhouse"), office.invoice(4_500, "North Gate")
    pond, gate = office.proposal("By the pond"), office.proposal("By the gate", "North Gate")
    chen = visit(CHEN)
    chen.open("/invoices?status=due")
    show(chen, "Show these", Clubhouse=False)

    assert chen.page.url.endswith("/invoices?status=due")
    expect(chen.main()).to_contain_text(there["number"])
    expect(chen.main()).not_to_contain_text(here["number"])
    for path in ("/dashboard", "/payments", "/proposals", "/requests", "/preferences"):
        chen.open(path)
        expect(chen.page.locator(".scope")).to_contain_text("North Gate")
        expect(chen.main()).not_to_contain_text("Clubhouse")
    chen.open("/proposals")
    expect(chen.main()).to_contain_text(gate["title"])
    expect(chen.main()).not_to_contain_text(pond["title"])

    again = visit(CHEN, javascript=False)
    expect(again.page.locator(".scope")).to_contain_text("North Gate")
    show(again, "Show all")
    expect(again.page.locator(".scope")).to_contain_text("Both properties")
    again.open("/invoices?status=due")
    expect(again.main()).to_contain_text(here["number"])


def test_the_filter_is_used_by_keyboard(visit: Visit) -> None:
    chen = visit(CHEN, width=390)
    keyboard = chen.page.keyboard
    chen.page.locator(".scope summary").focus()
    keyboard.press("Enter")
    assert chen.barriers() == []
    keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")

    expect(chen.page.locator(".scope")).to_contain_text("North Gate")
    show(chen, "Show all")
    expect(chen.page.locator(".scope")).to_contain_text("Both properties")


def test_details_are_edited_and_their_history_is_kept(visit: Visit) -> None:
    dana = visit(DANA)
    dana.expected.add(422)
    dana.page.locator("details.account summary").click()
    dana.follow("My Details")
    dana.follow("Edit")
    dana.page.get_by_label("ZIP code").fill("7870")
    dana.page.get_by_label("Your phone").fill("512-555-0177")
    dana.press("Save")
    expect(dana.page.get_by_role("alert")).to_contain_text("Enter a ZIP code")
    assert dana.barriers() == []
    dana.page.get_by_label("ZIP code").fill("78799")
    dana.press("Save")

    expect(dana.main()).to_contain_text("Your details are saved.")
    history = dana.page.get_by_role("region", name="History")
    expect(history).to_contain_text("Dana Reyes")
    expect(history).to_contain_text("Own phone: nothing → 512-555-0177")
    expect(history).to_contain_text("78799")
    assert dana.barriers() == []


def test_a_colleague_is_added_with_fewer_rights_and_loses_them_at_once(visit: Visit, office: Office) -> None:
    priya = visit("priya@lakeside.test")
    priya.open("/colleagues")
    priya.follow("Add a colleague")
    priya.page.get_by_label("Name").fill("Robin Lee")
    priya.page.get_by_label("E-mail").fill("robin@lakeside.test")
    priya.page.get_by_label("See invoices and payments").check()
    priya.main().get_by_label("Clubhouse").select_option("other")
    priya.press("Add and invite")
    expect(priya.main()).to_contain_text("An invitation is on its way to them.")

    robin = visit()
    robin.open(office.invitation("robin@lakeside.test"))
    robin.page.get_by_label("Password").fill(PASSWORD)
    robin.press("Save and sign in")
    ways = robin.page.get_by_role("navigation", name="Main")
    expect(ways.get_by_role("link", name="Invoices")).to_be_visible()
    expect(ways.get_by_role("link", name="Proposals")).to_have_count(0)
    assert robin.status("/proposals") == 403
    assert robin.status("/colleagues") == 403

    priya.page.get_by_label("See proposals").check()
    priya.press("Save")
    expect(priya.main()).to_contain_text("Their rights are saved")
    robin.open("/proposals")
    expect(robin.heading()).to_have_text("Proposals")
    priya.press("Disable")
    expect(priya.main()).to_contain_text("They cannot sign in any more")
    robin.open("/invoices")
    expect(robin.heading()).to_have_text("Sign in")


def test_a_session_is_ended_from_another_browser(visit: Visit) -> None:
    forgotten, dana = visit(DANA), visit(DANA, width=390)
    dana.open("/account")
    expect(dana.main().get_by_text("This device")).to_have_count(1)
    dana.main().get_by_role("button", name="Sign out").first.click()

    expect(dana.main()).to_contain_text("The session has ended.")
    forgotten.open("/invoices")
    expect(forgotten.heading()).to_have_text("Sign in")


def test_the_password_is_changed_given_the_present_one(visit: Visit) -> None:
    mia = visit("mia@northside.test", portal="coolair")
    mia.expected.add(422)
    mia.open("/account/password")
    for present in ("not the password", PASSWORD):
        mia.page.get_by_label("Present password").fill(present)
        mia.page.get_by_label("New password").fill(PASSWORD)
        mia.press("Save the new password")
        if present != PASSWORD:
            expect(mia.page.get_by_role("alert")).to_contain_text("This is not your present password.")
            assert mia.barriers() == []

    expect(mia.main()).to_contain_text("Your password is changed")


def test_staff_look_at_a_portal_as_a_contact_and_change_nothing(visit: Visit) -> None:
    admin = visit("admin@evergreen.test", portal="office")
    admin.open("/customers")
    admin.follow("Lakeside HOA")
    admin.follow("Priya Shah")
    admin.press("Evergreen Austin")
    banner = admin.page.get_by_role("complementary", name="Viewing as a customer")
    admin.portal = admin.portal.replace("office", "evergreen-austin")
    for path in ("/dashboard", "/invoices", "/proposals", "/requests", "/payments", "/details", "/preferences"):
        admin.open(path)
        expect(banner).to_contain_text("are viewing as Priya Shah — nothing can be changed.")
        expect(admin.main().locator("form[method=post]")).to_have_count(0)
        assert admin.barriers() == []

    admin.press("End viewing")
    expect(admin.heading()).to_have_text("Priya Shah")
    admin.open("/dashboard")
    expect(admin.heading()).to_have_text("Sign in")
