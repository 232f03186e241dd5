"""The headers of every answer, request ids, and whose address a call is said to come from."""

import re

import httpx
import pytest

from gateway.app import create_app
from gateway.security import client_address, content_policy
from gateway.settings import GatewaySettings
from services.contracts.billing.invoices import BalanceView, GetBalance
from tests.gateway import world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "path", ["/api/v1/balance", "/api/v1/nothing", "/healthz", "/static/app.css", "/api/v1/openapi.json"]
)
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["permissions-policy"]
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


async def test_private_answers_are_stored_nowhere_and_static_files_are(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/balance")).headers["cache-control"] == "no-store"
    assert "max-age" in (await client.get("/static/app.css")).headers["cache-control"]


def test_payment_fields_open_the_policy_for_the_provider_alone() -> None:
    policy = content_policy("https://js.provider.example")
    assert "script-src 'self' https://js.provider.example" in policy
    assert "frame-src https://js.provider.example" in policy
    assert "provider" not in content_policy()


async def test_hsts_is_only_said_over_https(settings: GatewaySettings) -> None:
    app = create_app(settings.model_copy(update={"public_url": "http://127.0.0.1:8080"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080") as client:
        assert "strict-transport-security" not in (await client.get("/healthz")).headers


async def test_a_sane_request_id_is_kept_and_travels_on(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetBalance, BalanceView(current=world.dollars(1), unapplied_credit=world.dollars(0)))
    traceparent = f"00-{'1' * 32}-{'2' * 16}-01"
    headers = {"X-Request-Id": "order-66.a_b-c", "traceparent": traceparent}
    answer = await priya.get("/api/v1/balance", headers=headers)
    assert answer.headers["x-request-id"] == "order-66.a_b-c"
    assert neighbours.heard[-1].headers["nameko.request_id"] == "order-66.a_b-c"
    assert neighbours.heard[-1].headers["nameko.traceparent"] == traceparent


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space in it", "semi;colon;semi", "ÿÿÿÿÿÿÿÿÿÿ"])
async def test_any_other_request_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/healthz", headers={b"X-Request-Id": given.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def address(settings: GatewaySettings, peer: str, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return client_address({"client": (peer, 1), "headers": headers}, settings)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["6.6.6.6"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["203.0.113.9:51724"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::1]:51724"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, ::ffff:10.1.1.1"], "203.0.113.9"),
        ("::ffff:203.0.113.9", ["6.6.6.6"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], ""),
        ("10.0.0.1", ["nonsense"], ""),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(
    settings: GatewaySettings, peer: str, forwarded: list[str], expected: str
) -> None:
    assert address(settings, peer, *forwarded) == expected


async def test_every_call_says_where_its_request_came_from(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetBalance, BalanceView(current=world.dollars(1), unapplied_credit=world.dollars(0)))
    agent = "Browser/1 é\tx".encode("latin-1") + b"x" * 1000
    await priya.get("/api/v1/balance", headers={b"X-Forwarded-For": b"203.0.113.9", b"User-Agent": agent})
    assert "billing.get_balance" in {call.routing_key for call in neighbours.heard}
    for call in neighbours.heard:
        assert call.headers["nameko.client_ip"] == "203.0.113.9"
        assert call.headers["nameko.user_agent"] == ("Browser/1 ??x" + "x" * 1000)[:500]
