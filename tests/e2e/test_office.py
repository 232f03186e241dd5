"""The staff at their pages: who may enter the portals, and what they may do there."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD, Visitor

ADMIN = "admin@evergreen.test"


def contact_page(visitor: Visitor, name: str) -> None:
    """Finds Lakeside by its name, and opens the page of one of its people."""
    visitor.open("/customers")
    visitor.page.get_by_role("searchbox", name="Name begins with").fill("lakeside")
    visitor.press("Search")
    visitor.follow("Lakeside HOA")
    visitor.follow(name)
    expect(visitor.heading()).to_have_text(name)


def test_an_administrator_copies_the_link_of_a_portal(visit: Visit) -> None:
    admin = visit(ADMIN, portal="office")
    admin.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.open("/portals")
    admin.follow("Evergreen Austin")
    admin.press("Copy")
    expect(admin.page.get_by_text("Copied.")).to_be_visible()
    link = admin.page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("/evergreen-austin")


def test_an_administrator_lets_somebody_in_and_shuts_them_out_again(visit: Visit, office: Office) -> None:
    admin = visit(ADMIN, portal="office")
    admin.open("/roles/new")
    admin.page.get_by_label("Name").fill("Bookkeeper")
    admin.page.get_by_role("group", name="Invoices").get_by_label("View").check()
    admin.press("Create the role")
    expect(admin.main()).to_contain_text("Bookkeeper")

    admin.open("/customers")
    admin.follow("Lakeside HOA")
    admin.follow("New contact")
    admin.page.get_by_label("Name").fill("Vera Lind")
    admin.page.get_by_label("E-mail").fill("vera@lakeside.test")
    admin.press("Add, and choose what they may do")
    admin.page.get_by_label("Bookkeeper").check()
    admin.page.get_by_label("Role at Clubhouse").select_option("other")
    admin.press("Save what they may do")
    admin.press("Invite by e-mail")
    expect(admin.main()).to_contain_text("The invitation is on its way by e-mail.")

    vera = visit()
    vera.open(office.invitation("vera@lakeside.test"))
    vera.page.get_by_label("Password").fill(PASSWORD)
    vera.press("Save and sign in")
    ways = vera.page.get_by_role("navigation", name="Main")
    expect(ways.get_by_role("link", name="Invoices")).to_be_visible()
    expect(ways.get_by_role("link", name="Requests")).to_have_count(0)

    contact_page(admin, "Vera Lind")
    expect(admin.main()).to_contain_text("Active")
    admin.follow("Change")
    admin.page.get_by_role("group", name="Requests").first.get_by_label("View").check()
    admin.press("Save what they may do")
    expect(admin.main()).to_contain_text("Saved.")
    vera.open("/requests")
    expect(vera.heading()).to_have_text("Requests")

    admin.page.get_by_text("Disable…").click()
    admin.press("Disable Vera Lind")
    expect(admin.main()).to_contain_text("Disabled. Every open session ends at once.")
    vera.open("/invoices")
    expect(vera.heading()).to_contain_text("Sign in")

    admin.open("/audit?action=contact")
    expect(admin.main()).to_contain_text("Contact changed: Vera Lind")
    admin.page.get_by_text("What changed").first.click()
    expect(admin.main()).to_contain_text("disabled")


def test_a_role_that_is_held_is_not_deleted(visit: Visit, office: Office) -> None:
    admin = visit(ADMIN, portal="office", javascript=False)
    admin.expected.add(409)
    admin.open("/roles/new")
    admin.page.get_by_label("Name").fill("Held by Chen")
    admin.press("Create the role")
    contact_page(admin, "Chen Wu")
    admin.follow("Change")
    admin.page.get_by_label("Held by Chen").check()
    admin.press("Save what they may do")
    expect(admin.main()).to_contain_text("Held by Chen")

    admin.open("/roles")
    admin.follow("Held by Chen")
    admin.page.get_by_text("Delete the role…").click()
    admin.press("Delete Held by Chen")
    expect(admin.page.get_by_role("alert")).to_contain_text("Contacts hold this role")

    contact_page(admin, "Chen Wu")
    admin.follow("Change")
    admin.page.get_by_label("Held by Chen").uncheck()
    admin.press("Save what they may do")
    admin.open("/roles")
    admin.follow("Held by Chen")
    admin.page.get_by_text("Delete the role…").click()
    admin.press("Delete Held by Chen")
    expect(admin.main()).to_contain_text("Deleted.")


def test_a_setting_holds_from_a_customers_next_page_on(visit: Visit) -> None:
    admin = visit("admin@coolair.test", portal="office")
    admin.open("/portals")
    admin.follow("CoolAir")
    mia = visit("mia@northside.test", portal="coolair")
    for wanted in (False, True):
        admin.page.get_by_role("group", name="Sections").get_by_label("Requests").set_checked(wanted)
        admin.press("Save the settings")
        expect(admin.main()).to_contain_text("Saved.")
        assert mia.status("/requests") == (200 if wanted else 404)


def test_a_sales_rep_sees_customers_and_no_way_to_change_them(visit: Visit) -> None:
    rosa = visit("rosa@evergreen.test", portal="office")
    contact_page(rosa, "Ben Ortiz")

    expect(rosa.page.get_by_role("link", name="Change")).to_have_count(0)
    expect(rosa.page.get_by_role("link", name="Audit trail")).to_have_count(0)
    for path in ("/audit", "/api-keys", "/roles/new", "/customers/new"):
        assert rosa.status(path) == 403


def test_the_office_looks_at_a_portal_as_a_customer_sees_it(visit: Visit, office: Office) -> None:
    invoice = office.invoice(7_700)
    admin = visit(ADMIN, portal="office")
    contact_page(admin, "Priya Shah")
    admin.press("Evergreen Austin")
    expect(admin.page.locator("body")).to_contain_text("are viewing as Priya Shah")
    assert admin.barriers() == []

    looking = Visitor(admin.page, admin.portal.replace("/office", "/evergreen-austin"), admin.complaints)
    looking.open(f"/invoices/{invoice['id']}")
    expect(looking.heading()).to_contain_text(invoice["number"])
    expect(looking.page.get_by_role("link", name="Pay this invoice")).to_have_count(0)
    admin.open("/audit?action=viewing")
    expect(admin.main()).to_contain_text("Viewing started: Priya Shah")


def test_a_key_is_shown_once_and_opens_nothing_once_it_is_revoked(visit: Visit) -> None:
    admin = visit(ADMIN, portal="office")
    admin.open("/api-keys/new")
    admin.page.get_by_label("Name").fill("Accounting")
    admin.page.get_by_label("Customers: read").check()
    admin.press("Make the key")
    key = admin.page.get_by_label("Accounting").input_value()
    api = admin.page.request
    customers = admin.portal.replace("/office", "/api/v1/office/customers")
    header = {"Authorization": f"Bearer {key}"}
    assert api.get(customers, headers=header).status == 200

    admin.follow("I have kept it")
    admin.page.get_by_text("Revoke…").first.click()
    admin.press("Revoke Accounting")
    expect(admin.main()).to_contain_text("The key is revoked and opens nothing any more.")
    assert api.get(customers, headers=header).status == 401


def test_a_logo_is_shown_in_the_portal(visit: Visit, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "#1f6f4a").save(picture)
    admin = visit("admin@harbor.test", portal="office")
    admin.open("/portals")
    admin.follow("Harbor")
    admin.page.get_by_label("Picture").set_input_files(picture)
    admin.press("Upload")
    expect(admin.main()).to_contain_text("Saved.")
    assert (
        admin.page.get_by_alt_text("The logo of").evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 300
    )

    admin.page.get_by_text("Remove the logo…").click()
    admin.press("Remove it")
    expect(admin.page.get_by_alt_text("The logo of")).to_have_count(0)


def test_many_contacts_are_invited_again_at_once(visit: Visit, office: Office) -> None:
    people = {"Ida Moe": "ida@lakeside.test", "Jon Ray": "jon@lakeside.test"}
    for name, email in people.items():
        office.contact(name, email)
    links = {email: office.invitation(email) for email in people.values()}
    admin = visit(ADMIN, portal="office")
    admin.open("/customers")
    admin.follow("Lakeside HOA")
    for name in people:
        admin.page.get_by_label(f"Choose {name}").check()
    admin.press("Invite the chosen contacts")
    expect(admin.main()).to_contain_text("The invitations are on their way by e-mail.")
    for email, link in links.items():
        office.another_invitation(email, link)
