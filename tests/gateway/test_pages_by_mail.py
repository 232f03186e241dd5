"""The ways in that go by mail: a code, a link, a new password, the portals that one has."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.contracts.errors import conflict, forbidden, not_found
from services.contracts.identity.contacts import RequestPortals
from services.contracts.identity.passwords import CompletePasswordReset, RequestPasswordReset
from services.contracts.identity.sessions import (
    RequestLoginCode,
    SessionView,
    SignIn,
    SignInWithCode,
    SignInWithLink,
)
from services.contracts.messages import Ask, Nothing
from tests.gateway import pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import PORTAL
from tests.gateway.world import id_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("portal")]

LENA = "lena@bluebird.test"
GONE = not_found("This link was used, or is too old.", reason="link_gone")
PAGES_OF_SECRETS = ("login/link/a-secret-token", "password/a-secret-token")


@pytest.fixture
def portal(neighbours: Neighbours) -> None:
    """The portal as anybody sees it; whatever is asked for by mail is sent."""
    pages_world.know_portal(neighbours)
    for message in (RequestLoginCode, RequestPasswordReset, RequestPortals):
        neighbours.answer(message, Nothing())


def session(_: dict[str, Any] | None = None) -> SessionView:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return SessionView(id=id_of("session"), token="fresh-token", expires_at=expires_at, portal_slug="evergreen-austin")


# A code


async def test_a_code_is_asked_for_and_entered(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInWithCode, session())

    asked = await client.post(f"{PORTAL}/login/code", data={"email": f" {LENA} ", "next": f"{PORTAL}/invoices"})
    entered = {"email": LENA, "next": f"{PORTAL}/invoices", "code": "123 456"}
    answer = await client.post(f"{PORTAL}/login/code/enter", data=entered)

    assert f'name="email" value="{LENA}"' in asked.text
    assert 'autocomplete="one-time-code"' in asked.text
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PORTAL}/invoices")
    assert f"Path={PORTAL}" in answer.headers["set-cookie"]
    (sent,) = neighbours.calls(SignInWithCode)
    assert (sent.message["email"], sent.message["code"]) == (LENA, "123456")


async def test_a_wrong_code_can_be_entered_again(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInWithCode, forbidden("Wrong.", reason="wrong_credentials"))

    answer = await client.post(f"{PORTAL}/login/code/enter", data={"email": LENA, "code": "999999"})

    assert answer.status_code == 401
    assert '<a href="#code">This code is wrong or too old.' in answer.text
    assert f'name="email" value="{LENA}"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_an_empty_code_is_not_sent(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await client.post(f"{PORTAL}/login/code/enter", data={"email": LENA, "code": " "})

    assert answer.status_code == 422
    assert not neighbours.calls(SignInWithCode)


async def test_the_form_for_a_code_begins_with_whose_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{PORTAL}/login/code/enter")

    assert answer.headers["location"] == f"{PORTAL}/login/code"


async def test_the_page_that_was_asked_for_is_kept_on_the_way_to_a_code(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"{PORTAL}/login", params={"next": f"{PORTAL}/invoices?status=due"})).text
    following = f"{PORTAL}/login/code?next={quote(f'{PORTAL}/invoices?status=due')}"

    assert f'href="{following}"' in page
    assert f'name="next" value="{PORTAL}/invoices?status=due"' in (await client.get(following)).text


# A link


async def test_looking_at_a_mailed_link_does_not_use_it_up(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInWithLink, session())

    page = await client.get(f"{PORTAL}/login/link/a-secret-token")
    assert page.status_code == 200
    assert not neighbours.calls(SignInWithLink)
    answer = await client.post(f"{PORTAL}/login/link/a-secret-token")

    assert answer.headers["location"] == f"{PORTAL}/dashboard"
    (sent,) = neighbours.calls(SignInWithLink)
    assert (sent.message["portal"], sent.message["token"]) == ("evergreen-austin", "a-secret-token")


async def test_a_link_that_is_used_or_too_old_offers_a_new_one(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignInWithLink, GONE)
    neighbours.answer(CompletePasswordReset, GONE)

    link = await client.post(f"{PORTAL}/login/link/old")
    reset = await client.post(f"{PORTAL}/password/old", data={"password": "a long password"})

    for answer, again in ((link, f"{PORTAL}/login/code"), (reset, f"{PORTAL}/password")):
        assert answer.status_code == 410
        assert "This link was used, or is too old." in answer.text
        assert f'href="{again}"' in answer.text


@pytest.mark.parametrize("path", PAGES_OF_SECRETS)
async def test_a_page_whose_address_is_a_secret_tells_it_to_nobody(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"{PORTAL}/{path}")

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "a-secret-token" not in answer.text


# A password


async def test_a_forgotten_password_is_set_anew(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CompletePasswordReset, Nothing())

    answer = await client.post(f"{PORTAL}/password/tok", data={"password": "a long password"})

    assert answer.headers["location"] == f"{PORTAL}/login?password_set=1"
    assert "Your new password is saved" in (await client.get(answer.headers["location"])).text
    (sent,) = neighbours.calls(CompletePasswordReset)
    assert (sent.message["token"], sent.message["password"]) == ("tok", "a long password")


async def test_a_new_password_that_is_too_short_keeps_the_link(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await client.post(f"{PORTAL}/password/tok", data={"password": "short"})

    assert answer.status_code == 422
    assert "Choose a password of 12 to 200 characters." in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not neighbours.calls(CompletePasswordReset)


# Whoever asks is told the same

MAILED: dict[str, type[Ask[Nothing]]] = {
    "/": RequestPortals,
    f"{PORTAL}/password": RequestPasswordReset,
    f"{PORTAL}/login/code": RequestLoginCode,
}


@pytest.mark.parametrize("path", MAILED)
async def test_a_mail_is_asked_for(client: httpx.AsyncClient, neighbours: Neighbours, path: str) -> None:
    answer = await client.post(path, data={"email": LENA})

    assert answer.status_code == 200
    assert "Look at your e-mail" in answer.text
    (sent,) = neighbours.calls(MAILED[path])
    assert (sent.message["email"], sent.message["client"]["ip"]) == (LENA, "10.0.0.1")


@pytest.mark.parametrize("path", MAILED)
async def test_what_is_no_address_is_said_on_the_form(
    client: httpx.AsyncClient, neighbours: Neighbours, path: str
) -> None:
    answer = await client.post(path, data={"email": "lena at bluebird"})

    assert answer.status_code == 422
    assert '<a href="#email">Enter an e-mail address' in answer.text
    assert 'value="lena at bluebird"' in answer.text
    assert not neighbours.calls(MAILED[path])


@pytest.mark.parametrize("path", MAILED)
async def test_whoever_asks_too_often_is_told(client: httpx.AsyncClient, neighbours: Neighbours, path: str) -> None:
    neighbours.answer(MAILED[path], conflict("Please wait a minute.", reason="too_many_attempts"))

    answer = await client.post(path, data={"email": LENA})

    assert answer.status_code == 429
    assert "Please wait a minute." in answer.text


@pytest.mark.parametrize("path", [*MAILED, f"{PORTAL}/login/link/tok", f"{PORTAL}/password/tok"])
async def test_another_site_cannot_send_these_forms(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, data={"email": LENA}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


# The wrong portal


async def test_whoever_belongs_elsewhere_is_told_where(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    portals = [{"slug": "evergreen-dallas", "name": "Evergreen Dallas"}]
    neighbours.answer(SignIn, forbidden("Wrong.", reason="wrong_credentials", portals=portals))

    answer = await client.post(f"{PORTAL}/login", data={"email": "priya@lakeside.test", "password": "right"})

    assert answer.status_code == 401
    assert "You cannot sign in to this portal." in answer.text
    assert 'href="/evergreen-dallas/login"' in answer.text
    assert "Evergreen Dallas" in answer.text
