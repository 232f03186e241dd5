"""The way in and out of a portal: signing in, signing out, accepting an invitation."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from services.contracts.errors import forbidden, not_found
from services.contracts.identity.invitations import AcceptInvitation
from services.contracts.identity.sessions import SessionView, SignIn, SignOut
from services.contracts.messages import Nothing
from tests.gateway import pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL, fields, priya, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    sign_in(client, neighbours, priya())
    yield client


@pytest.fixture
def portal(neighbours: Neighbours) -> None:
    """The portal as anybody sees it."""
    pages_world.know_portal(neighbours)


def session() -> SessionView:
    return SessionView(
        id=id_of("session"),
        token="fresh-token",
        expires_at=datetime.now(UTC) + timedelta(hours=1),
        portal_slug="evergreen-austin",
    )


# The way in and out


async def test_a_page_without_a_session_leads_to_the_sign_in_page_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{PORTAL}/invoices?status=due")

    assert answer.status_code == 303
    back = quote(f"{PORTAL}/invoices?status=due", safe="")
    assert answer.headers["location"] == f"{PORTAL}/login?next={back}"


@pytest.mark.usefixtures("portal")
async def test_the_sign_in_page_bears_the_portals_name(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{PORTAL}/login")

    assert answer.status_code == 200
    assert "Evergreen Austin" in answer.text
    assert f'href="{PORTAL}/brand.css"' in answer.text


@pytest.mark.usefixtures("portal")
async def test_a_portal_that_does_not_exist_is_a_friendly_404(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere/login")

    assert answer.status_code == 404
    assert "This page does not exist" in answer.text
    assert "brand.css" not in answer.text


@pytest.mark.usefixtures("portal")
async def test_a_portal_is_found_by_its_name_or_its_whole_address(client: httpx.AsyncClient) -> None:
    for typed in ("evergreen-austin", " Evergreen-Austin ", "https://portal.example/evergreen-austin/"):
        answer = await client.get("/", params={"portal": typed})
        assert answer.headers["location"] == f"{PORTAL}/dashboard"


@pytest.mark.usefixtures("portal")
async def test_a_portal_that_is_not_found_is_said_and_what_was_typed_is_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", params={"portal": "nowhere"})

    assert answer.status_code == 404
    assert "There is no portal of this name" in answer.text
    assert 'value="nowhere"' in answer.text


@pytest.mark.usefixtures("portal")
async def test_signing_in_goes_on_with_a_cookie_for_this_portal_alone(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignIn, session())

    typed = {"email": "priya@lakeside.test", "password": "secret", "next": f"{PORTAL}/invoices"}
    answer = await client.post(f"{PORTAL}/login", data=typed)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PORTAL}/invoices")
    cookie = answer.headers["set-cookie"]
    assert "portico_session=fresh-token" in cookie
    for part in (f"Path={PORTAL}", "HttpOnly", "SameSite=lax", "Secure"):
        assert part in cookie


@pytest.mark.usefixtures("portal")
async def test_signing_in_never_leads_out_of_the_portal(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignIn, session())

    typed = {"email": "a@b.test", "password": "secret", "next": "https://evil.example/"}
    answer = await client.post(f"{PORTAL}/login", data=typed)

    assert answer.headers["location"] == f"{PORTAL}/dashboard"


@pytest.mark.usefixtures("portal")
async def test_a_wrong_password_shows_the_form_again_without_the_password(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    wrong = "The e-mail address or the password is wrong."
    neighbours.answer(SignIn, forbidden(wrong, reason="wrong_credentials"))

    answer = await client.post(f"{PORTAL}/login", data={"email": "priya@lakeside.test", "password": "hunter2"})

    assert answer.status_code == 401
    assert wrong in answer.text
    assert 'value="priya@lakeside.test"' in answer.text
    assert "hunter2" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.usefixtures("portal")
async def test_another_site_cannot_sign_a_browser_in(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await client.post(f"{PORTAL}/login", data={"email": "a@b.test", "password": "x"}, headers=headers)

    assert answer.status_code == 403
    assert not neighbours.calls(SignIn)


async def test_signing_out_ends_the_session_and_forgets_the_cookie(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignOut, Nothing())

    answer = await browser.post(f"{PORTAL}/logout", data=fields())

    assert answer.headers["location"] == f"{PORTAL}/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert neighbours.calls(SignOut)


# Invitations


@pytest.mark.usefixtures("portal")
async def test_the_page_of_an_invitation_tells_its_address_to_nobody(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{PORTAL}/invitations/a-secret-token")

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "a-secret-token" not in answer.text


@pytest.mark.usefixtures("portal")
async def test_accepting_an_invitation_signs_in(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(AcceptInvitation, session())

    answer = await client.post(f"{PORTAL}/invitations/tok", data={"password": "a long password"})

    assert answer.headers["location"] == f"{PORTAL}/dashboard"
    assert f"Path={PORTAL}" in answer.headers["set-cookie"]
    (asked,) = neighbours.calls(AcceptInvitation)
    assert (asked.message["token"], asked.message["password"]) == ("tok", "a long password")


@pytest.mark.usefixtures("portal")
async def test_a_short_password_is_refused_on_the_form(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await client.post(f"{PORTAL}/invitations/tok", data={"password": "short"})

    assert answer.status_code == 422
    assert "Choose a password of 12 to 200 characters." in answer.text
    assert 'value="short"' not in answer.text
    assert not neighbours.calls(AcceptInvitation)


@pytest.mark.usefixtures("portal")
async def test_a_used_invitation_says_so(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(AcceptInvitation, not_found("This invitation has been used.", reason="invitation_gone"))

    answer = await client.post(f"{PORTAL}/invitations/tok", data={"password": "a long password"})

    assert answer.status_code == 410
    assert "This invitation has been used." in answer.text
