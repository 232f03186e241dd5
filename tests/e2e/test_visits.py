"""Visits in the browser, and the calendar that a contact subscribes to."""

from collections.abc import Iterator
from typing import Any

import httpx
import icalendar
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import Visitor

CHEN = "chen@lakeside.test"


def make_address(visitor: Visitor) -> str:
    """Makes a calendar's address on the page."""
    visitor.open("/calendar")
    visitor.page.get_by_role("button", name="Make a").click()
    return visitor.page.get_by_label("Address of your calendar").input_value()


def fetched(address: str) -> tuple[int, list[str]]:
    """How the address answers a calendar program, and what is in the calendar."""
    answer = httpx.get(address, trust_env=False)
    if answer.status_code != httpx.codes.OK:
        return answer.status_code, []
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.text)
    events = calendar.walk("VEVENT")
    assert calendar.errors == [] and all(event.errors == [] for event in events)
    return 200, [str(event["summary"]) for event in events]


@pytest.fixture
def chens_rights(office: Office) -> Iterator[dict[str, Any]]:
    """Chen as the demo made them, and as they are again afterwards."""
    customers = office.get("/office/contacts?search=Chen")["items"]
    chen = next(each for each in customers if each["email"] == CHEN)
    yield chen
    as_before = {"permissions": chen["permissions"], "property_roles": chen["property_roles"], "status": "active"}
    office.change(f"/office/contacts/{chen['id']}", as_before)


def test_customers_see_what_was_done_and_what_is_planned(visit: Visit) -> None:
    priya = visit("priya@lakeside.test")
    priya.open("/visits")
    expect(priya.main().locator("a.row")).not_to_have_count(0)
    expect(priya.main()).not_to_contain_text("Seasonal pruning")
    priya.follow("Completed")
    expect(priya.main()).to_contain_text("Completed")
    priya.main().locator("a.row", has_text="Clubhouse").last.click()
    expect(priya.main()).to_contain_text("One sprinkler head by the tennis court leaks.")
    expect(priya.main()).not_to_contain_text("gate code")
    expect(priya.main()).to_contain_text("+1 512 555 0141")


def test_an_invoices_visits_lead_to_their_pages(visit: Visit, office: Office) -> None:
    place = office.property("Clubhouse")
    done = office.get(f"/office/visits?property={place}&window=completed")["items"][0]
    invoice = office.invoice(5_000, visit_ids=[done["id"]])
    priya = visit("priya@lakeside.test")
    priya.open(f"/invoices/{invoice['id']}")
    priya.main().locator("dd a[href*='/visits/']").click()
    expect(priya.heading()).to_contain_text(done["services"][0])


def test_the_office_plans_a_visit_notes_something_and_completes_it(visit: Visit) -> None:
    admin = visit("admin@evergreen.test", portal="office")
    admin.open("/visits/new")
    admin.follow("Clubhouse")
    today = admin.page.evaluate("new Intl.DateTimeFormat('en-CA').format(new Date())")
    admin.page.get_by_label("Day").fill(today)
    admin.page.get_by_label("From").fill("13:00")
    admin.page.get_by_label("Until").fill("12:00")
    admin.page.get_by_label("Services").fill("Leaf clearing\nGutters")
    admin.expected.add(422)
    admin.press("Plan the visit")
    expect(admin.main()).to_contain_text("The window must end after it starts.")
    assert admin.barriers() == []
    admin.page.get_by_label("Until").fill("15:30")
    admin.press("Plan the visit")
    expect(admin.heading()).to_have_text("Leaf clearing, Gutters")
    expect(admin.main()).to_contain_text("1:00 PM to 3:30 PM")
    admin.page.get_by_label("New note").fill("The ladder is in the shed")
    admin.press("Add the note")
    expect(admin.main()).to_contain_text("The ladder is in the shed")
    chen = visit(CHEN)
    chen.open("/visits")
    chen.follow("Leaf clearing, Gutters")
    expect(chen.main()).not_to_contain_text("ladder")
    admin.press("Show in the portal")
    admin.press("Completed")
    expect(admin.main()).to_contain_text("Completed")
    chen.page.reload()
    expect(chen.main()).to_contain_text("The ladder is in the shed")


def test_a_calendar_shows_what_its_contact_may_see_at_each_fetch(
    visit: Visit, office: Office, chens_rights: dict[str, Any]
) -> None:
    chen = visit(CHEN)
    address = make_address(chen)
    assert chen.barriers() == []
    status, shown = fetched(address)
    assert status == 200
    assert any("Clubhouse" in each for each in shown) and any("North Gate" in each for each in shown)
    assert any("is due" in each for each in shown) and not any("Seasonal pruning" in each for each in shown)
    path = f"/office/contacts/{chens_rights['id']}"
    clubhouse = office.property("Clubhouse")
    here = [each for each in chens_rights["property_roles"] if each["property_id"] == clubhouse]
    office.change(path, {"property_roles": here})
    assert not any("North Gate" in each for each in fetched(address)[1])
    office.change(path, {"permissions": ["visits.view"]})
    assert not any("is due" in each for each in fetched(address)[1])
    office.change(path, {"permissions": []})
    assert fetched(address) == (200, [])
    office.change(path, {"status": "disabled"})
    assert fetched(address)[0] == 404


def test_an_address_that_was_revoked_or_belongs_to_another_portal_opens_nothing(visit: Visit) -> None:
    priya = visit("priya@lakeside.test")
    first = make_address(priya)
    second = make_address(priya)
    assert (fetched(first)[0], fetched(second)[0]) == (404, 200)
    assert fetched(second.replace("evergreen-austin", "evergreen-dallas"))[0] == 404
    priya.open("/calendar")
    expect(priya.main()).not_to_contain_text(".ics")
    priya.page.get_by_text("Revoke the address").click()
    priya.press("Revoke it")
    expect(priya.main()).to_contain_text("opens nothing any more")
    assert fetched(second)[0] == 404
