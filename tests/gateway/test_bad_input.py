"""Every way of asking badly is a clear problem of the 4xx kind, and nothing is asked of a service."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from gateway.issuing.jobs import NewJob
from gateway.pages.forms import invalid
from services.contracts.billing.invoices import GetInvoice
from services.contracts.billing.payments import PayInvoices
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.fieldwork.requests import CreateRequest
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.sessions import SignIn
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
REQUEST = '{"property_id": "%s", "title": %%s, "description": "By the gate"}' % world.CLUBHOUSE.id  # noqa: UP031
MEGABYTE = 1_000_000


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document, once it was seen to be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"NaN",
        b'{"invoice_ids": NaN}',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"invoice_ids": []}',
        b'{"invoice_ids": "all"}',
        b'{"invoice_ids": [1]}',
        b'{"invoice_ids": ["00000000-0000-0000-0000-00000000000g"]}',
    ],
)
async def test_a_body_that_is_no_payment_is_422(priya: httpx.AsyncClient, neighbours: Neighbours, body: bytes) -> None:
    refused(await priya.post("/api/v1/payments", content=body, headers=JSON), 422)
    assert not neighbours.calls(PayInvoices)


@pytest.mark.parametrize(
    "amount", ["1.5", "1e2", '"100"', "true", "null", "-1e400", "9" * 400, "99999999999999999999", "1" * 5000]
)
async def test_an_amount_that_is_no_number_of_cents_is_422(
    priya: httpx.AsyncClient, neighbours: Neighbours, amount: str
) -> None:
    body = (
        f'{{"invoice_ids": ["{world.id_of("i")}"], "payment_method_id": "{world.id_of("m")}",'
        f' "expected_total": {{"amount": {amount}, "currency": "USD"}}}}'
    )
    problem = refused(await priya.post("/api/v1/payments", content=body, headers=JSON), 422)
    assert problem["errors"][0]["field"] in ("expected_total.amount", "body")
    assert not neighbours.calls(PayInvoices)


async def test_a_field_that_is_not_known_is_refused_rather_than_overlooked(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    body = {
        "invoice_ids": [str(world.id_of("i"))],
        "payment_method_id": str(world.id_of("m")),
        "expected_total": {"amount": 1, "currency": "USD"},
        "ammount": {"amount": 1, "currency": "USD"},
    }
    problem = refused(await priya.post("/api/v1/payments", json=body), 422)
    assert problem["errors"][0]["field"] == "ammount"
    assert not neighbours.calls(PayInvoices)


@pytest.mark.parametrize(
    "title", [r'"a\u0000b"', r'"\ud800"', r'"\udc00\ud800"', '""', '"   "', '"' + "x" * 201 + '"', "7", "[]", "{}"]
)
async def test_a_text_that_cannot_be_kept_is_422(priya: httpx.AsyncClient, neighbours: Neighbours, title: str) -> None:
    refused(await priya.post("/api/v1/requests", content=REQUEST % title, headers=JSON), 422)
    assert not neighbours.calls(CreateRequest)


async def test_a_key_with_nul_is_422_too(priya: httpx.AsyncClient) -> None:
    refused(await priya.post("/api/v1/requests", content=rb'{"a\u0000": {"b": ["\u0000"]}}', headers=JSON), 422)


async def test_a_backslash_before_u0000_is_ordinary_text(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(CreateRequest, world.request_view())
    answer = await priya.post("/api/v1/requests", content=REQUEST % r'"see \\u0000 😀"', headers=JSON)
    assert answer.status_code == 201
    assert neighbours.heard[-1].message["title"] == r"see \u0000 😀"


@pytest.mark.parametrize(
    "query",
    [
        "status=owed",
        "kind=x",
        "limit=0",
        "limit=101",
        "limit=ten",
        "limit=" + "9" * 5000,
        "property=clubhouse",
        "property=" + "&property=".join(["00000000-0000-0000-0000-000000000001"] * 201),
        "cursor=",
        "cursor=" + "c" * 1001,
        "cursor=a%00b",
        "cursor=%00",
    ],
)
async def test_a_query_that_makes_no_sense_is_422(priya: httpx.AsyncClient, neighbours: Neighbours, query: str) -> None:
    refused(await priya.get(f"/api/v1/invoices?{query}"), 422)
    assert {call.routing_key for call in neighbours.heard} <= {"identity.resolve_session"}


@pytest.mark.parametrize("invoice_id", ["1", "..%2f", "%00", "%ff", "x" * 3000, "INV-2026-00001", "%F0%9F%98%80"])
async def test_an_id_that_is_none_is_refused(priya: httpx.AsyncClient, neighbours: Neighbours, invoice_id: str) -> None:
    answer = await priya.get(f"/api/v1/invoices/{invoice_id}")
    refused(answer, answer.status_code)
    assert answer.status_code in (404, 422)
    assert not neighbours.calls(GetInvoice)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic cHJpeWE6eA==", "bearer nobody", "Bearer " + "x" * 5000, "Bearer a b", "Bearer ÿ"],
)
async def test_a_token_that_opens_nothing_is_401(client: httpx.AsyncClient, authorization: str) -> None:
    headers = {b"Authorization": authorization.encode("latin-1")}
    answer = await client.get("/api/v1/balance", headers=headers)
    refused(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_another_type_than_json_is_415(priya: httpx.AsyncClient, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    refused(await priya.post("/api/v1/payments", content=b"{}", headers=headers), 415)


async def test_a_body_that_says_it_is_too_large_is_413(priya: httpx.AsyncClient) -> None:
    answer = await priya.post("/api/v1/requests", content=b" " * (MEGABYTE + 1), headers=JSON)
    refused(answer, 413)
    assert answer.headers["connection"] == "close"


async def test_a_body_that_does_not_say_how_large_it_is_is_counted(priya: httpx.AsyncClient) -> None:
    sent = 0

    async def much() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50:
            sent += 1
            yield b" " * 100_000
            await asyncio.sleep(0)

    refused(await priya.post("/api/v1/requests", content=much(), headers=JSON), 413)
    assert sent < 15


async def test_a_webhook_is_bounded_tighter(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    headers = JSON | {"Stripe-Signature": "t=1"}
    answer = await client.post("/api/v1/webhooks/stripe", content=b" " * 256_001, headers=headers)
    refused(answer, 413)
    refused(await client.post("/api/v1/webhooks/stripe", content=b"\xff", headers=headers), 422)
    assert not neighbours.calls(ReceiveProviderEvent)


async def test_a_path_that_is_none_is_a_problem_and_no_page(priya: httpx.AsyncClient) -> None:
    for path in ("/api/v1/nothing", "/api/v2/invoices", "/api/", "/api/v1/invoices/"):
        refused(await priya.get(path), 404)


async def test_a_method_that_a_path_does_not_have_is_405(priya: httpx.AsyncClient) -> None:
    answer = await priya.delete("/api/v1/invoices")
    refused(answer, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_an_idempotency_key_has_a_sane_length(priya: httpx.AsyncClient, key: str) -> None:
    body = {"property_id": str(world.CLUBHOUSE.id), "title": "a", "description": "b"}
    refused(await priya.post("/api/v1/requests", json=body, headers={"Idempotency-Key": key}), 422)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-7", b"+2AA-"), ("unicode_escape", rb"\ud800"), ("undefined", b"a"), ("punycode", b"a..b"), ("utf-8", b"\0")],
)
async def test_a_form_whose_text_cannot_be_kept_is_422(
    client: httpx.AsyncClient, neighbours: Neighbours, encoding: str, text: bytes
) -> None:
    pages_world.know_portal(neighbours)
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + text + b"\r\n--x--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary=x; charset={encoding}"}
    answer = await client.post(f"{pages_world.PORTAL}/login", content=body, headers=headers)
    assert answer.status_code == 422
    assert not neighbours.calls(SignIn)


async def test_what_no_field_of_a_form_holds_is_refused_like_what_was_typed() -> None:
    with pytest.raises(ValidationError) as wrong:
        NewJob.model_validate({"property_id": str(world.CLUBHOUSE.id), "description": "Mulch", "equipment_ids": ["x"]})
    form = invalid({"description": "Mulch"}, wrong.value, {"description": "Tell us what is to be done."})
    assert list(form.errors) == [""]
    assert form.values == {"description": "Mulch"}
