"""Every page at a desk's and at a phone's width: no barrier, no complaint, nothing cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import NARROW, WIDE, Visitor


def paths(office: Office, priya: Visitor) -> Iterator[str]:
    """Every page that a contact can see."""
    invoice, proposal = office.invoice(6_600), office.proposal("Looked at on every screen")
    yield from ("/dashboard", "/invoices", "/invoices?status=due", "/invoices?status=paid")
    yield from (f"/invoices/{invoice['id']}", f"/invoices/{invoice['id']}/pay")
    yield f"/pay?invoice={invoice['id']}&how_much=other&amount=9999"
    yield from ("/statement", "/statement?since=2020-01-01&until=2020-01-31", "/credits")
    yield from ("/payments", "/payment-methods", "/autopay", "/preferences", "/requests", "/requests/new")
    yield from ("/details", "/details/edit", "/account", "/account/password", "/colleagues", "/colleagues/new")
    yield from ("/proposals", f"/proposals/{proposal['id']}", f"/proposals/{proposal['id']}/sign")
    yield from (f"/proposals/{proposal['id']}/decline", "/quotes", "/quotes/new")
    yield from ("/visits", "/visits?window=completed", "/calendar", "/requests?status=closed")
    for path in (
        "/payments",
        "/requests",
        "/visits",
        "/visits?window=completed",
        "/proposals?status=accepted",
        "/proposals?status=rejected",
        "/colleagues",
    ):
        priya.open(path)
        first = priya.page.locator("main").locator("table a, a.row").first
        yield (first.get_attribute("href") or "").removeprefix("/evergreen-austin")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_of_a_portal_is_accessible_and_fits(visit: Visit, office: Office, width: int) -> None:
    priya = visit("priya@lakeside.test", width=width)
    seen, problems = 0, []
    for path in paths(office, priya):
        priya.open(path)
        problems += priya.barriers()
        if priya.overflow() > 0:
            problems.append(f"{path} is {priya.overflow()} pixels too wide")
        seen += 1

    assert problems == []
    assert seen > 15


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_before_signing_in_is_accessible_and_fits(visit: Visit, width: int) -> None:
    somebody = visit(width=width)
    somebody.expected.add(404)
    problems = []
    for path in (
        "/login",
        "/login/code",
        "/login/link/a-token",
        "/password",
        "/password/a-token",
        "/invitations/a-token",
        "/../",
        "/../?portal=nowhere",
        "/../nowhere/login",
    ):
        somebody.open(path)
        problems += somebody.barriers()
        assert somebody.overflow() == 0

    assert problems == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("email", "portal", "lists"),
    [
        ("raj@deltamarine.test", "harbor", ("/programs", "/programs?status=archived", "/payments", "/autopay")),
        ("mia@northside.test", "coolair", ("/jobs", "/jobs/new", "/equipment", "/equipment/new", "/quotes")),
        ("tom@northside.test", "coolair", ("/jobs", "/quotes")),
    ],
)
def test_the_pages_of_other_trades_are_accessible_and_fit(
    visit: Visit, email: str, portal: str, lists: tuple[str, ...], width: int
) -> None:
    visitor = visit(email, portal=portal, width=width)
    found = wrong(visitor)
    for path in lists:
        visitor.open(path)
        found += wrong(visitor)
        for address in leads(visitor)[:3]:
            visitor.open(address)
            found += wrong(visitor)

    assert found == []


def wrong(visitor: Visitor) -> list[str]:
    """What keeps somebody from using the page, or is cut off."""
    wider = [f"{visitor.page.url} is {visitor.overflow()} pixels too wide"] if visitor.overflow() > 0 else []
    return visitor.barriers() + wider


def leads(visitor: Visitor) -> list[str]:
    """Where the rows of a list lead to within the portal."""
    rows = visitor.main().locator("td.name a, a.row")
    return [(each.get_attribute("href") or "").partition(visitor.portal.rpartition("/")[2])[2] for each in rows.all()]


def test_many_sections_are_all_reached_on_a_phone_by_keyboard(visit: Visit) -> None:
    mia = visit("mia@northside.test", portal="coolair", width=NARROW)
    sections = mia.page.get_by_role("navigation", name="Main")
    assert sections.get_by_role("link", name="Equipment").count() == 0
    sections.locator("summary").focus()
    mia.page.keyboard.press("Enter")
    assert mia.barriers() == []
    sections.get_by_role("link", name="Equipment").press("Enter")
    expect(mia.heading()).to_have_text("Equipment")
    assert mia.overflow() == 0


def test_no_section_is_cut_off_on_a_desk(visit: Visit) -> None:
    mia = visit("mia@northside.test", portal="coolair")
    for width in (WIDE, 1024, 720):
        mia.page.set_viewport_size({"width": width, "height": 844})
        for section in ("Dashboard", "Equipment", "Requests"):
            link = mia.page.get_by_role("navigation", name="Main").get_by_role("link", name=section)
            expect(link).to_be_in_viewport(ratio=1)


def test_a_pages_menu_opens_and_closes_by_keyboard(visit: Visit) -> None:
    priya = visit("priya@lakeside.test", width=NARROW)
    menu = priya.page.locator("details.account")
    menu.locator("summary").focus()
    priya.page.keyboard.press("Enter")
    assert menu.evaluate("menu => menu.open")
    assert priya.barriers() == []
    priya.page.keyboard.press("Escape")
    assert not menu.evaluate("menu => menu.open")
