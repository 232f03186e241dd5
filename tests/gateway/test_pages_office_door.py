"""The way in and out of the office: password, second factor, forgotten passwords, invitations."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.contracts.errors import forbidden, not_found
from services.contracts.identity.invitations import AcceptInvitation
from services.contracts.identity.passwords import CompletePasswordReset, RequestPasswordReset
from services.contracts.identity.sessions import SessionView, SignInStaff, SignOut
from services.contracts.messages import Nothing
from tests.gateway import office_world, pages_world
from tests.gateway.neighbours import Neighbours
from tests.gateway.office_world import fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

TYPED = {"email": "admin@evergreen.test", "password": "a long pässword"}


def session(portal: str | None = None) -> SessionView:
    return SessionView(
        id=id_of("session"),
        token="fresh-token",
        expires_at=datetime.now(UTC) + timedelta(hours=1),
        portal_slug=portal,
    )


def with_second_factor(message: dict[str, Any]) -> SessionView:
    """Identity, where the member has a second factor."""
    if message["totp"] is None:
        raise forbidden("Enter the code of your authenticator app.", reason="totp_required")
    if message["totp"] != "123456":
        raise forbidden("This code is wrong.", reason="wrong_totp")
    return session()


def half_in(text: str) -> str:
    found = re.search(r'name="half" value="([^"]+)"', text)
    assert found
    return found[1]


async def test_a_page_without_a_session_leads_to_the_offices_door_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/office/customers?search=lake")

    back = quote("/office/customers?search=lake", safe="")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/office/login?next={back}")


async def test_a_customers_session_opens_no_page_of_the_office(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    pages_world.sign_in(client, neighbours, pages_world.priya())

    answer = await client.get("/office")

    assert answer.headers["location"].startswith("/office/login")


async def test_what_is_no_page_of_the_office_is_none_of_a_portal_either(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    stranger = await client.get("/office/dashboard")
    office_world.sign_in(client, neighbours, office_world.ada())
    member = await client.get("/office/dashboard")

    assert stranger.headers["location"].startswith("/office/login")
    assert member.status_code == 404
    assert "office-side" in member.text


async def test_signing_in_goes_on_with_a_cookie_for_the_office_alone(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignInStaff, session())

    answer = await client.post("/office/login", data={**TYPED, "next": "/office/roles"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/office/roles")
    cookie = answer.headers.get_list("set-cookie")[0]
    for part in ("portico_session=fresh-token", "Path=/office", "HttpOnly", "SameSite=lax", "Secure"):
        assert part in cookie


async def test_signing_in_never_leads_out_of_the_office(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInStaff, session())

    for astray in ("https://evil.example/", "/evergreen-austin/", "/office/../pay", "//evil.example/office/"):
        answer = await client.post("/office/login", data={**TYPED, "next": astray})
        assert answer.headers["location"] == "/office"


async def test_a_wrong_password_shows_the_form_again_without_it(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    wrong = "The e-mail address or the password is wrong."
    neighbours.answer(SignInStaff, forbidden(wrong, reason="wrong_credentials"))

    answer = await client.post("/office/login", data=TYPED)

    assert answer.status_code == 401
    assert wrong in answer.text
    assert 'value="admin@evergreen.test"' in answer.text
    assert TYPED["password"] not in answer.text


async def test_another_site_cannot_sign_a_browser_in(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await client.post("/office/login", data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not neighbours.calls(SignInStaff)


# The second step


async def test_a_second_factor_is_asked_for_and_the_password_typed_once(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignInStaff, with_second_factor)

    asked = await client.post("/office/login", data={**TYPED, "next": "/office/roles"})
    second = {"email": TYPED["email"], "half": half_in(asked.text), "code": " 123456 ", "next": "/office/roles"}
    answer = await client.post("/office/login", data=second)

    assert (asked.status_code, answer.status_code) == (200, 303)
    assert answer.headers["location"] == "/office/roles"
    assert [call.message["password"] for call in neighbours.calls(SignInStaff)] == [TYPED["password"]] * 2


async def test_between_the_steps_neither_page_nor_cookie_tells_the_password(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(SignInStaff, with_second_factor)

    first, second = [await client.post("/office/login", data=TYPED) for _ in range(2)]

    assert TYPED["password"] not in first.text
    assert half_in(first.text) != half_in(second.text)
    (cookie,) = first.headers.get_list("set-cookie")
    for part in ("Path=/office/login", "HttpOnly", "SameSite=strict", "Secure", "Max-Age=300"):
        assert part in cookie


async def test_a_wrong_code_is_asked_for_again(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInStaff, with_second_factor)
    asked = await client.post("/office/login", data=TYPED)
    for code in ("000000", ""):
        second = {"email": TYPED["email"], "half": half_in(asked.text), "code": code}
        asked = await client.post("/office/login", data=second)

        assert asked.status_code in (401, 403)
        assert 'aria-invalid="true"' in asked.text
    answer = await client.post("/office/login", data={**second, "half": half_in(asked.text), "code": "123456"})

    assert answer.headers["location"] == "/office"


async def test_a_code_without_the_cookies_half_begins_again(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignInStaff, with_second_factor)
    asked = await client.post("/office/login", data=TYPED)
    client.cookies.clear()

    for half in (half_in(asked.text), "rubbish", "ÄÖ"):
        answer = await client.post("/office/login", data={"email": TYPED["email"], "half": half, "code": "123456"})
        assert answer.status_code == 422
        assert "Please begin again." in answer.text
    assert len(neighbours.calls(SignInStaff)) == 1


async def test_who_must_set_up_a_second_factor_sees_nothing_else(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.know_office(neighbours)
    office_world.sign_in(client, neighbours, office_world.ada(must_enrol=True))

    for path in ("/office", "/office/customers", "/office/account", "/office/audit"):
        assert (await client.get(path)).headers["location"] == "/office/account/second-factor"
    shown = await client.get("/office/account/second-factor")
    assert "Your company asks every staff member for a second factor" in shown.text
    assert "/office/customers" not in shown.text


# Out, forgotten, invited


async def test_signing_out_ends_the_session_and_forgets_the_cookie(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(client, neighbours, office_world.ada())
    neighbours.answer(SignOut, Nothing())

    answer = await client.post("/office/logout", data=fields())

    assert answer.headers["location"] == "/office/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert neighbours.calls(SignOut)


async def test_a_forgotten_password_is_answered_alike_for_everybody(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(RequestPasswordReset, Nothing())

    answer = await client.post("/office/password", data={"email": "admin@evergreen.test"})

    assert answer.headers["location"] == "/office/password?sent=1"
    assert "If this address belongs to somebody" in (await client.get("/office/password?sent=1")).text
    (asked,) = neighbours.calls(RequestPasswordReset)
    assert (asked.message["portal"], asked.message["email"]) == ("office", "admin@evergreen.test")


async def test_an_address_that_is_none_is_told_beside_its_field(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await client.post("/office/password", data={"email": "nonsense"})

    assert answer.status_code == 422
    assert 'id="email-problem"' in answer.text


async def test_a_new_password_is_set_by_a_link_whose_address_stays_secret(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(CompletePasswordReset, Nothing())

    shown = await client.get("/office/password/tok")
    short = await client.post("/office/password/tok", data={"password": "short"})
    answer = await client.post("/office/password/tok", data={"password": "a long password"})

    assert shown.headers["referrer-policy"] == short.headers["referrer-policy"] == "no-referrer"
    assert (short.status_code, "12 to 200 characters" in short.text) == (422, True)
    assert answer.headers["location"] == "/office/login?said=password"
    assert "Your new password is set." in (await client.get("/office/login?said=password")).text


async def test_a_used_link_says_so_on_a_page_of_the_office(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    gone = not_found("This link has been used.", reason="password_reset_gone")
    neighbours.answer(CompletePasswordReset, gone)

    answer = await client.post("/office/password/tok", data={"password": "a long password"})

    assert answer.status_code == 410
    assert "This link has been used." in answer.text
    assert 'href="/office"' in answer.text


async def test_accepting_an_invitation_opens_the_office(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(AcceptInvitation, session())

    answer = await client.post("/office/invitations/tok", data={"password": "a long password"})

    assert answer.headers["location"] == "/office"
    assert "Path=/office;" in answer.headers.get_list("set-cookie")[0]


async def test_a_contacts_invitation_opens_their_portal_from_the_offices_address_too(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(AcceptInvitation, session("evergreen-austin"))

    answer = await client.post("/office/invitations/tok", data={"password": "a long password"})

    assert answer.headers["location"] == "/evergreen-austin/dashboard"
    assert "Path=/evergreen-austin;" in answer.headers.get_list("set-cookie")[0]
