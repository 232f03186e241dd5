"""A person's way in: mailed codes and links, the password, and the sessions that are open."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.contracts.errors import forbidden, invalid, not_found
from services.contracts.identity.contacts import RequestPortals
from services.contracts.identity.passwords import ChangePassword, CompletePasswordReset, RequestPasswordReset
from services.contracts.identity.sessions import (
    EndSession,
    ListSessions,
    OwnSessionView,
    RequestLoginCode,
    SessionView,
    SignIn,
    SignInWithCode,
)
from services.contracts.messages import Ask, Nothing, Page
from tests.gateway import world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

SESSIONS = "/api/v1/portals/evergreen-austin/sessions"
EMAIL = {"email": "Priya@lakeside.test"}
KNOCKS: list[tuple[str, dict[str, str], type[Ask[Any]]]] = [
    ("/api/v1/portals/evergreen-austin/login-codes", EMAIL, RequestLoginCode),
    ("/api/v1/portal-links", EMAIL, RequestPortals),
    ("/api/v1/password-resets", {**EMAIL, "portal": "evergreen-austin"}, RequestPasswordReset),
    ("/api/v1/password-resets", {**EMAIL, "portal": "office"}, RequestPasswordReset),
]


@pytest.mark.parametrize(("path", "body", "message"), KNOCKS)
async def test_who_asks_for_a_mail_is_told_nothing(
    client: httpx.AsyncClient, neighbours: Neighbours, path: str, body: dict[str, str], message: type[Ask[Any]]
) -> None:
    neighbours.answer(message, Nothing())
    answer = await client.post(path, json=body, headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.content) == (202, b"")
    asked = neighbours.heard[-1].message
    assert asked["email"] == "priya@lakeside.test"
    assert asked["client"]["ip"] == "203.0.113.9"


async def test_what_is_no_address_is_refused(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await client.post("/api/v1/portal-links", json={"email": "priya"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "email"
    assert not neighbours.calls(RequestPortals)


async def test_a_code_signs_in_as_a_password_does(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    began = SessionView(
        id=world.id_of("session"),
        token="t0ken",
        expires_at=datetime(2036, 1, 1, tzinfo=UTC),
        portal_slug="evergreen-austin",
    )
    neighbours.answer(SignInWithCode, began)
    answer = await client.post(SESSIONS, json={"email": "lena@bluebird.test", "code": "12345678"})
    assert (answer.status_code, answer.json()["token"]) == (201, "t0ken")
    assert "portico_session=t0ken" in answer.headers["set-cookie"]
    assert neighbours.heard[-1].message["code"] == "12345678"


@pytest.mark.parametrize("body", [EMAIL, {**EMAIL, "password": "portico-demo-2026", "code": "12345678"}])
async def test_a_password_or_a_code_is_given_and_not_both(
    client: httpx.AsyncClient, neighbours: Neighbours, body: dict[str, str]
) -> None:
    answer = await client.post(SESSIONS, json=body)
    assert answer.status_code == 422
    assert "portico-demo-2026" not in answer.text
    assert not neighbours.calls(SignIn) + neighbours.calls(SignInWithCode)


async def test_the_right_password_at_the_wrong_portal_is_told_where_to_go(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    portals = [{"slug": "evergreen-dallas", "name": "Evergreen Dallas"}]
    neighbours.answer(SignIn, forbidden("Wrong.", reason="wrong_credentials", portals=portals))
    answer = await client.post(SESSIONS, json={**EMAIL, "password": "portico-demo-2026"})
    assert (answer.status_code, answer.json()["portals"]) == (401, portals)


async def test_a_reset_is_completed_without_a_session(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CompletePasswordReset, Nothing())
    body = {"token": "abc", "password": "a-long-password"}
    answer = await client.post("/api/v1/password-resets/completion", json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    neighbours.answer(CompletePasswordReset, not_found("Used.", reason="password_reset_gone"))
    assert (await client.post("/api/v1/password-resets/completion", json=body)).status_code == 410


async def test_a_new_password_is_long_enough(client: httpx.AsyncClient, priya: httpx.AsyncClient) -> None:
    short = {"token": "abc", "password": "tooshort"}
    assert (await client.post("/api/v1/password-resets/completion", json=short)).status_code == 422
    change = {"current_password": "portico-demo-2026", "password": "tooshort"}
    assert (await priya.put("/api/v1/me/password", json=change)).status_code == 422


async def test_the_password_is_changed_by_who_knows_it(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangePassword, Nothing())
    change = {"current_password": "portico-demo-2026", "password": "another-password-1"}
    assert (await priya.put("/api/v1/me/password", json=change)).status_code == 204
    neighbours.answer(ChangePassword, invalid("Wrong.", field="current_password"))
    answer = await priya.put("/api/v1/me/password", json=change)
    assert (answer.status_code, answer.json()["field"]) == (422, "current_password")


async def test_own_sessions_are_listed_and_ended(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    moment = datetime(2036, 1, 1, tzinfo=UTC)
    open_one = OwnSessionView(
        id=world.id_of("session"),
        portal_slug="evergreen-austin",
        started_at=moment,
        expires_at=moment,
        ip="203.0.113.9",
        user_agent="Browser/1",
        current=True,
    )
    neighbours.answer(ListSessions, Page[OwnSessionView](items=[open_one]))
    listed = (await priya.get("/api/v1/sessions")).json()["items"]
    assert [(each["current"], each["ip"]) for each in listed] == [(True, "203.0.113.9")]
    neighbours.answer(EndSession, Nothing())
    assert (await priya.delete(f"/api/v1/sessions/{open_one.id}")).status_code == 204
    neighbours.answer(EndSession, not_found())
    assert (await priya.delete(f"/api/v1/sessions/{world.id_of('another')}")).status_code == 404


async def test_the_password_and_the_sessions_are_for_who_is_signed_in(client: httpx.AsyncClient) -> None:
    change = {"current_password": "portico-demo-2026", "password": "another-password-1"}
    assert (await client.put("/api/v1/me/password", json=change)).status_code == 401
    assert (await client.get("/api/v1/sessions")).status_code == 401
    assert (await client.delete(f"/api/v1/sessions/{world.id_of('session')}")).status_code == 401
