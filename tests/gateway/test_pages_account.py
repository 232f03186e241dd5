"""One's own account: password, sessions, portals; and what a staff member sees who looks as a contact."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

import gateway
from gateway.pages.devices import device
from services.contracts.errors import invalid
from services.contracts.identity.contacts import GetContactPortals
from services.contracts.identity.passwords import ChangePassword
from services.contracts.identity.sessions import EndSession, ListSessions, OwnSessionView, SignOut
from services.contracts.messages import Nothing, Page
from services.contracts.notifications.preferences import GetNotificationPreferences, NotificationPreferencesView
from services.contracts.principals import Viewer
from tests.gateway import pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())
    neighbours.answer(ListSessions, Page[OwnSessionView](items=[own_session(FIREFOX, True), own_session(IPHONE)]))
    yield client


@pytest.fixture
async def viewer(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Rosa's browser, who looks at the portal as Priya."""
    pages_world.know_portal(neighbours)
    rosa = Viewer(id=id_of("rosa"), name="Rosa Diaz")
    sign_in(client, neighbours, priya().model_copy(update={"viewer": rosa}))
    yield client


def own_session(user_agent: str, current: bool = False) -> OwnSessionView:
    return OwnSessionView(
        id=id_of(user_agent),
        portal_slug="evergreen-austin",
        started_at=datetime(2026, 11, 20, 15, tzinfo=UTC),
        expires_at=datetime(2026, 11, 20, 15, tzinfo=UTC) + timedelta(days=30),
        ip="203.0.113.7",
        user_agent=user_agent,
        current=current,
    )


# Sessions


async def test_sessions_are_listed_and_only_the_others_can_be_ended(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(EndSession, Nothing())

    page = (await browser.get(f"{PORTAL}/account")).text
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "Nov 20, 2026, 9:00 AM CST" in page
    assert page.count("/end") == 1
    answer = await browser.post(f"{PORTAL}/account/sessions/{id_of(IPHONE)}/end", data=fields())

    assert "The session has ended." in (await browser.get(answer.headers["location"])).text
    (sent,) = neighbours.calls(EndSession)
    assert sent.message["session_id"] == str(id_of(IPHONE))


@pytest.mark.parametrize(
    ("user_agent", "called"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", "An unknown device"),
    ],
)
def test_a_device_is_called_what_people_call_it(user_agent: str, called: str) -> None:
    assert device(user_agent) == called


# The password


async def test_the_password_is_changed(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangePassword, Nothing())

    typed = fields(current_password="the old one", password="a new long password")
    answer = await browser.post(f"{PORTAL}/account/password", data=typed)

    assert answer.headers["location"] == f"{PORTAL}/account?saved=password"
    assert "Your password is changed" in (await browser.get(answer.headers["location"])).text
    (sent,) = neighbours.calls(ChangePassword)
    assert (sent.message["current_password"], sent.message["password"]) == ("the old one", "a new long password")


async def test_a_wrong_present_password_is_said_and_nothing_typed_comes_back(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ChangePassword, invalid("This is not your present password.", field="current_password"))

    typed = fields(current_password="hunter2", password="a new long password")
    answer = await browser.post(f"{PORTAL}/account/password", data=typed)

    assert answer.status_code == 422
    assert '<a href="#current_password">This is not your present password.</a>' in answer.text
    assert "hunter2" not in answer.text
    assert "a new long password" not in answer.text


async def test_a_short_new_password_is_not_sent(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    typed = fields(current_password="the old one", password="short")
    answer = await browser.post(f"{PORTAL}/account/password", data=typed)

    assert answer.status_code == 422
    assert '<a href="#password">Choose a new password of 12 to 200 characters.</a>' in answer.text
    assert not neighbours.calls(ChangePassword)


# Portals


async def test_the_menu_leads_to_the_contacts_other_portals(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{PORTAL}/account")).text

    menu = page[page.index("account-menu") : page.index("<main")]
    assert 'href="/evergreen-dallas"' in menu
    assert 'href="/evergreen-austin"' not in menu


async def test_there_is_nothing_to_switch_to_with_one_portal(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    here = pages_world.PORTALS.portals[:1]
    neighbours.answer(GetContactPortals, pages_world.PORTALS.model_copy(update={"portals": here}))

    assert "Your other portals" not in (await browser.get(f"{PORTAL}/account")).text


async def test_every_page_tells_the_portals_version(browser: httpx.AsyncClient) -> None:
    for path in ("/", f"{PORTAL}/login", f"{PORTAL}/dashboard"):
        assert f"Portico {gateway.VERSION}" in (await browser.get(path)).text


# Viewing as a contact


async def test_every_page_says_who_is_looking(viewer: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetNotificationPreferences, NotificationPreferencesView(electronic_receipts=True))
    for path in ("/dashboard", "/invoices", "/proposals", "/requests", "/preferences"):
        page = (await viewer.get(f"{PORTAL}{path}")).text
        assert "You (Rosa Diaz) are viewing as <strong>Priya Shah</strong> — nothing can be changed." in page


async def test_a_viewer_is_offered_nothing_that_acts(viewer: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetNotificationPreferences, NotificationPreferencesView(electronic_receipts=True))
    pages = [(await viewer.get(f"{PORTAL}{path}")).text for path in ("/dashboard", "/requests", "/preferences")]

    for page in pages:
        assert page.count('method="post"') == 1, "only the way out"
        assert "New request" not in page
    assert (await viewer.get(f"{PORTAL}/requests/new")).status_code == 403
    assert (await viewer.get(f"{PORTAL}/account")).status_code == 403
    assert (await viewer.get(f"{PORTAL}/colleagues")).status_code == 403


async def test_a_viewer_goes_back_to_the_office(viewer: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignOut, Nothing())

    answer = await viewer.post(f"{PORTAL}/logout", data=fields())

    assert answer.headers["location"] == f"/office/contacts/{id_of('priya')}"
    assert "Max-Age=0" in answer.headers["set-cookie"]
