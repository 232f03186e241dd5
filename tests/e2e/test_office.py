"""The staff at their pages: who may enter the portals, and what they may do there."""

import time
from base64 import b32decode
from collections.abc import Generator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, PASSWORD, WIDE, Visitor

ADMIN = "admin@evergreen.test"


def contact_page(visitor: Visitor, name: str) -> None:
    """Finds Lakeside by its name, and opens the page of one of its people."""
    visitor.open("/customers")
    visitor.page.get_by_role("searchbox").fill("lakeside")
    visitor.press("Search")
    visitor.follow("Lakeside HOA")
    visitor.follow(name)
    expect(visitor.heading()).to_have_text(name)


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(time.time()).decode()  # noqa: S303  # what the apps know


def test_an_administrator_lets_somebody_in_and_shuts_them_out_again(visit: Visit, office: Office) -> None:
    admin = visit(ADMIN, portal="office")
    admin.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.open("/portals")
    admin.follow("Evergreen Austin")
    admin.press("Copy")
    expect(admin.page.get_by_role("status")).to_have_text("Copied.")
    link = admin.page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("/evergreen-austin")

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
    assert admin.page.get_by_alt_text("The logo of").evaluate("image => image.complete && image.naturalWidth > 0")

    admin.page.get_by_text("Remove the logo…").click()
    admin.press("Remove it")
    expect(admin.page.get_by_alt_text("The logo of")).to_have_count(0)


def test_a_second_factor_is_set_up_asked_for_and_turned_off(visit: Visit) -> None:
    admin = visit("admin@harbor.test", portal="office")
    admin.open("/account/second-factor")
    admin.press("Begin")
    assert admin.page.get_by_alt_text("QR code").evaluate("image => image.naturalWidth > 100")
    assert admin.barriers() == []
    secret = admin.page.locator(".secret").inner_text()
    admin.page.get_by_label("Code").fill(app_code(secret))
    admin.press("Turn it on")
    first, second, *_ = admin.page.locator(".codes .secret").all_inner_texts()
    assert admin.barriers() == []
    admin.follow("I have kept them")
    admin.page.get_by_text("Account of").locator("xpath=..").click()
    admin.press("Sign out")

    admin.page.get_by_label("E-mail").fill("admin@harbor.test")
    admin.page.get_by_label("Password").fill(PASSWORD)
    admin.press("Sign in")
    expect(admin.heading()).to_have_text("Second step")
    assert admin.barriers() == []
    admin.page.get_by_label("Code").fill(first)
    admin.press("Sign in")
    expect(admin.heading()).to_contain_text("Hello")

    admin.open("/account/second-factor/removal")
    admin.page.get_by_label("Code").fill(second)
    admin.press("Turn it off")
    expect(admin.main()).to_contain_text("Your second factor is off.")


# Every page


def paths(admin: Visitor) -> Generator[str, None, None]:
    """Every page of the office."""
    yield from ("", "/account", "/account/second-factor", "/account/second-factor/removal", "/portals", "/portals/new")
    yield from ("/customers", "/customers/new", "/customers?search=nobody", "/roles", "/roles/new")
    yield from ("/staff", "/staff/new", "/company", "/api-keys", "/api-keys/new")
    yield from ("/audit", "/audit?action=contact&since=2026-01-01", "/audit?action=nothing", "/nowhere")
    customer = yield from _first(admin, "/customers", "Lakeside HOA")
    yield from (f"{customer}/edit", f"{customer}/properties/new", f"{customer}/contacts/new")
    contact = yield from _first(admin, customer, "Chen Wu")
    yield f"{contact}/access"
    yield from _first(admin, customer, "Clubhouse")
    yield from _first(admin, "/portals", "Evergreen Austin")
    yield from _first(admin, "/staff", "Rosa Diaz")


def _first(admin: Visitor, path: str, name: str) -> Generator[str, None, str]:
    """The address that a page's link leads to, which is yielded and returned."""
    admin.open(path)
    found = (admin.main().get_by_role("link", name=name).first.get_attribute("href") or "").removeprefix("/office")
    yield found
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_the_office_is_accessible_and_fits(visit: Visit, width: int) -> None:
    admin = visit(ADMIN, portal="office", width=width)
    admin.expected.add(404)
    seen, problems = 0, []
    for path in paths(admin):
        admin.open(path)
        problems += admin.barriers()
        if admin.overflow() > 0:
            problems.append(f"{path} is {admin.overflow()} pixels too wide")
        seen += 1

    assert problems == []
    assert seen > 25


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_at_the_offices_door_is_accessible_and_fits(visit: Visit, width: int) -> None:
    somebody = visit(portal="office", width=width)
    problems = []
    for path in ("/login", "/password", "/password?sent=1", "/password/a-token", "/invitations/a-token"):
        somebody.open(path)
        problems += somebody.barriers()
        assert somebody.overflow() == 0

    assert problems == []


def test_the_menu_of_a_phone_leads_everywhere_by_keyboard(visit: Visit) -> None:
    admin = visit(ADMIN, portal="office", width=NARROW)
    menu = admin.page.locator("details.office-menu")
    menu.locator("summary").focus()
    admin.page.keyboard.press("Enter")
    expect(admin.page.get_by_role("link", name="Audit trail").first).to_be_visible()
    assert admin.barriers() == []
    admin.page.keyboard.press("Escape")
    assert not menu.evaluate("menu => menu.open")
