"""Cookies and forms: what ties a page's form to its session, and keeps other sites out."""

import pytest
from fastapi import Request
from pydantic import SecretStr
from starlette.datastructures import FormData

from gateway import auth
from gateway.errors import Problem
from gateway.idempotency import message_id
from gateway.settings import GatewaySettings
from tests.gateway import world


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "POST", "path": "/evergreen-austin/x", "query_string": b"", "headers": raw}
    )


def test_a_form_of_this_session_is_taken() -> None:
    form = FormData({"csrf_token": auth.csrf_token("t0ken")})
    auth.check_csrf(request(cookie="portico_session=t0ken"), form)


@pytest.mark.parametrize("sent", [None, "", "ÿ", auth.csrf_token("another"), auth.csrf_token("")])
def test_any_other_form_is_refused(sent: str | None) -> None:
    form = FormData({} if sent is None else {"csrf_token": sent})
    with pytest.raises(Problem) as refused:
        auth.check_csrf(request(cookie="portico_session=t0ken"), form)
    assert refused.value.status_code == 403


def test_a_csrf_token_tells_nothing_of_the_session() -> None:
    assert "t0ken" not in auth.csrf_token("t0ken")
    assert auth.csrf_token("t0ken") != auth.csrf_token("t1ken")


@pytest.fixture
def settings() -> GatewaySettings:
    return GatewaySettings(
        amqp_url=SecretStr("amqp://127.0.0.1/"), files_url="memory:///", public_url="https://portal.example"
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": "https://portal.example"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"origin": "https://portal.example"},
        {},
    ],
)
def test_our_own_sign_in_form_is_taken(settings: GatewaySettings, headers: dict[str, str]) -> None:
    auth.check_origin(request(**headers), settings)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site", "origin": "https://other.portal.example"},
        {"sec_fetch_site": "cross-site", "origin": "https://portal.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_another_sites_sign_in_form_is_refused(settings: GatewaySettings, headers: dict[str, str]) -> None:
    with pytest.raises(Problem):
        auth.check_origin(request(**headers), settings)


def test_a_message_id_belongs_to_one_caller_route_and_key() -> None:
    priya, rosa = (auth.Caller(each, "t", None, None) for each in (world.PRIYA, world.ROSA))  # type: ignore[arg-type]
    first = message_id(priya, "POST /x", "k")
    assert first == message_id(priya, "POST /x", "k")
    others = [message_id(rosa, "POST /x", "k"), message_id(priya, "POST /y", "k"), message_id(priya, "POST /x", "l")]
    assert len({first, *others, message_id(priya, "POST /", "xk")}) == 5
    assert (first.version, first.variant) == (8, "specified in RFC 4122")
    assert message_id(priya, "POST /x", None) != message_id(priya, "POST /x", None)
