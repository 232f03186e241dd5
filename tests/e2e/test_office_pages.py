"""Every page of the office at a desk's and at a phone's width: no barrier, no complaint, nothing cut off."""

from collections.abc import Generator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.visitor import NARROW, WIDE, Visitor

ADMIN = "admin@evergreen.test"


def paths(admin: Visitor) -> Generator[str, None, None]:
    """Every page of the office."""
    yield from ("", "/account", "/account/second-factor", "/account/second-factor/removal", "/portals", "/portals/new")
    yield from ("/customers", "/customers/new", "/customers?search=nobody", "/roles", "/roles/new")
    yield from ("/staff", "/staff/new", "/company", "/api-keys", "/api-keys/new")
    yield from ("/mail-templates", "/mail-templates/receipt?view=narrow", "/mail-templates/payoff?view=text")
    yield from ("/webhooks", "/webhooks/new", "/webhooks/events")
    yield from ("/mails", "/mails?status=failed", "/suppressions", "/suppressions?search=nobody")
    yield from _first(admin, "/mails?template=proposal_delivered", "Grounds maintenance 2027")
    yield from ("/proposals", "/proposals?signed=yes", "/proposals?status=rejected&signed=no", "/proposals/new")
    yield from ("/quotes", "/quotes?status=finalized", "/quotes/new")
    proposal = yield from _first(admin, "/proposals", "Grounds maintenance 2027")
    yield f"{proposal}/audit"
    yield f"{(yield from _first(admin, '/proposals', 'Pond study'))}/edit"
    yield from ("/activities", "/activities?unread=1", "/requests", "/requests?status=all&search=nothing", "/visits")
    yield from ("/requests/new", "/visits/new", "/visits?window=all")
    yield from _first(admin, "/requests", "Sprinkler head leaking")
    yield from _first(admin, "/visits?window=all", "Seasonal pruning")
    yield from _first(admin, "/visits?window=completed", "Weekly mowing")
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
@pytest.mark.parametrize(
    ("email", "lists"),
    [
        ("admin@harbor.test", ("/programs", "/programs?status=archived", "/autopay", "/autopay/preview")),
        ("admin@coolair.test", ("/jobs", "/jobs/new", "/equipment", "/equipment/new", "/quotes")),
    ],
)
def test_every_page_of_other_trades_is_accessible_and_fits(
    visit: Visit, email: str, lists: tuple[str, ...], width: int
) -> None:
    admin = visit(email, portal="office", width=width)
    found = []
    for path in lists:
        admin.open(path)
        rows = admin.main().locator("td.name a, a.row").all()
        addresses = [(each.get_attribute("href") or "").removeprefix("/office") for each in rows]
        for address in (path, *addresses[:3]):
            admin.open(address)
            found += [*admin.barriers(), *([f"{address} is too wide"] if admin.overflow() > 0 else [])]

    assert found == []


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
