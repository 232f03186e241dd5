"""Preferences, unsubscribing and the staff's bell in the browser."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.test_requests import raise_request, say
from tests.e2e.visitor import NARROW, WIDE

BEN, OMAR = "ben@lakeside.test", "omar@evergreen.test"


def test_a_kind_of_mail_is_unsubscribed_from_the_mail_itself_and_chosen_again(visit: Visit, office: Office) -> None:
    ben, omar = visit(BEN), visit(OMAR, portal="office")
    path = raise_request(ben, "Wasps by the shed")
    omar.open(path)
    say(omar, "Comment", "We look at it on Monday", "Add the comment", public=True)
    mail = office.mail(BEN, "We look at it on Monday")
    (address,) = re.findall(r"http\S+/unsubscribe/\S+", mail["text"])

    # Who reads the mail need not be signed in, and programs that look at every address change nothing.
    assert httpx.get(address, trust_env=False).status_code == 200
    reader = visit(width=NARROW, javascript=False)
    reader.page.goto(address)
    expect(reader.page.get_by_text("Do you want no more of these mails?")).to_be_visible()
    reader.press("Unsubscribe")
    expect(reader.page.get_by_text("You are mailed these no longer.")).to_be_visible()
    assert "Ben" not in reader.page.content() and BEN not in reader.page.content()

    ben.open("/preferences")
    expect(ben.page.get_by_label("Request replies")).not_to_be_checked()
    expect(ben.page.get_by_label("Job updates")).to_be_checked()
    say(omar, "Comment", "The wasps are gone", "Add the comment", public=True)
    reader.press("Undo")
    expect(reader.page.get_by_text("You are mailed these again.")).to_be_visible()
    say(omar, "Comment", "The nest is away, too", "Add the comment", public=True)
    assert office.mail(BEN, "The nest is away, too")
    assert not [each for each in office.mails(BEN) if "The wasps are gone" in each["text"]]


def test_one_click_of_a_mail_program_counts_and_a_tampered_address_does_not(visit: Visit, office: Office) -> None:
    ben, omar = visit(BEN), visit(OMAR, portal="office")
    path = raise_request(ben, "Dead branch over the path")
    omar.open(path)
    say(omar, "Comment", "The climber is ordered", "Add the comment", public=True)
    (address,) = re.findall(r"http\S+/unsubscribe/\S+", office.mail(BEN, "The climber is ordered")["text"])
    one_click = {"List-Unsubscribe": "One-Click"}
    assert httpx.post(address[:-2], data=one_click, trust_env=False).status_code == 404
    ben.open("/preferences")
    expect(ben.page.get_by_label("Request replies")).to_be_checked()
    assert httpx.post(address, data=one_click, trust_env=False).status_code == 200
    ben.open("/preferences")
    expect(ben.page.get_by_label("Request replies")).not_to_be_checked()
    ben.page.get_by_label("Request replies").check()
    ben.press("Save")
    expect(ben.page.get_by_text("Your preferences are saved.")).to_be_visible()
    expect(ben.page.get_by_label("Request replies")).to_be_checked()


def test_a_bell_counts_what_happens_while_its_page_is_open(visit: Visit) -> None:
    omar = visit(OMAR, portal="office")
    omar.open("/activities")
    if omar.page.get_by_role("button", name="Mark all as read").count():
        omar.press("Mark all as read")
    omar.open("/customers")
    bell = omar.page.locator("#bell")
    expect(bell).to_have_text("No unread activities")
    raise_request(visit(BEN), "Puddle by the gate")
    expect(bell).to_contain_text("1 unread activities")
    bell.click()
    unread = omar.main().locator("li", has_text="Puddle by the gate").first
    unread.get_by_role("button", name="Mark as read").click()
    expect(bell).to_have_text("No unread activities")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_pages_of_wishes_are_accessible_and_fit(visit: Visit, width: int) -> None:
    omar = visit(OMAR, portal="office", width=width)
    found = []
    for path in ("/activities", "/activities?unread=1", "/account"):
        omar.open(path)
        found += omar.barriers()
        assert omar.overflow() == 0
    nobody = visit(width=width)
    nobody.expected.add(404)
    nobody.open("/../unsubscribe/gossip")
    assert [*found, *nobody.barriers()] == [] and nobody.overflow() == 0
