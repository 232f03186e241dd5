"""A person is told when their account is opened by a browser that they had not used before."""

import pytest

from services.contracts.identity.contacts import ContactView
from services.contracts.identity.people import Client
from services.contracts.identity.portals import BranchView
from tests.service.identity.conftest import PASSWORD, Desk, Office

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEWER_FIREFOX = FIREFOX.replace("140", "141")
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def austin(office: Office) -> BranchView:
    return office.branch("austin")


@pytest.fixture
def priya(office: Office, austin: BranchView) -> ContactView:
    """An active contact who has signed in once, when she accepted her invitation."""
    priya = office.contact(office.customer(austin))
    office.activate(priya)
    return priya


def signs_in(desk: Desk, austin: BranchView, priya: ContactView, user_agent: str) -> None:
    desk.sign_in(austin.slug, priya.email, PASSWORD, Client(ip="203.0.113.5", user_agent=user_agent))


def test_nobody_is_told_of_their_first_browser_or_of_one_they_know(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    signs_in(desk, austin, priya, desk.client.user_agent)
    assert office.events("new_sign_in") == []


def test_another_browser_is_told_once_however_often_it_is_updated(
    desk: Desk, office: Office, austin: BranchView, priya: ContactView
) -> None:
    for user_agent in (FIREFOX, FIREFOX, NEWER_FIREFOX):
        signs_in(desk, austin, priya, user_agent)
    (told,) = office.events("new_sign_in")
    assert (told["device"], told["ip"], told["portal_slug"]) == ("Firefox on Windows", "203.0.113.5", austin.slug)
    signs_in(desk, austin, priya, IPHONE)
    assert [each["device"] for each in office.events("new_sign_in")] == ["Firefox on Windows", "Safari on iPhone"]
