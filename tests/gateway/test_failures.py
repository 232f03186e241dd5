"""What a caller sees when a service is away, silent, broken or answers nonsense; and what the log says of it."""

import time

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from structlog.testing import capture_logs

from deploy.local.ports import free_port
from gateway.app import create_app
from gateway.settings import GatewaySettings
from services.contracts.billing.invoices import GetBalance
from services.contracts.billing.methods import FinishSetups, ListPaymentMethods, PaymentMethodView
from services.contracts.errors import DomainError, conflict, declined, forbidden, invalid, not_found
from services.contracts.messages import Page
from tests.gateway.neighbours import Away, Neighbours, Silence

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (invalid("No."), 422),
        (forbidden("No."), 403),
        (not_found("No."), 404),
        (conflict("No.", reason="paid", field="invoice_ids"), 409),
        (declined("No."), 402),
    ],
)
async def test_each_kind_of_refusal_has_its_status(
    priya: httpx.AsyncClient, neighbours: Neighbours, refusal: DomainError, status: int
) -> None:
    neighbours.answer(GetBalance, refusal)
    answer = await priya.get("/api/v1/balance")
    assert answer.status_code == status
    assert answer.json()["detail"] == "No."
    if status == 409:
        assert (answer.json()["reason"], answer.json()["field"]) == ("paid", "invoice_ids")


async def test_a_bug_is_a_500_that_says_nothing_of_itself(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetBalance, lambda _: {"current": "secret internals"})
    with capture_logs() as logs:
        answer = await priya.get("/api/v1/balance", headers={"X-Request-Id": "trace-me-12345"})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == "trace-me-12345"
    assert "internals" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [each["event"] for each in logs] == ["a request failed", "request"]
    assert logs[0]["exc_info"]


async def test_a_service_that_is_away_is_a_503_with_retry_after(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetBalance, Away)
    answer = await priya.get("/api/v1/balance")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_broker_that_is_away_is_a_503(settings: GatewaySettings) -> None:
    away = settings.model_copy(update={"amqp_url": SecretStr(f"amqp://127.0.0.1:{free_port()}/")})
    app = create_app(away)
    async with app.router.lifespan_context(app), _client(app) as client:
        answer = await client.get("/api/v1/portals/evergreen-austin")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503


async def test_a_service_that_stays_silent_is_a_504(
    priya: httpx.AsyncClient, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GetBalance, "deadline_seconds", 0.05)
    neighbours.answer(GetBalance, Silence)
    answer = await priya.get("/api/v1/balance")
    assert (answer.status_code, answer.json()["code"]) == (504, "deadline_passed")


async def test_methods_are_listed_while_the_provider_is_away(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(FinishSetups, Away)
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[]))
    assert (await priya.get("/api/v1/payment-methods")).status_code == 200


async def test_readiness_names_the_service_that_does_not_answer(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    neighbours.answer_ping("billing", Silence)
    deadline = time.monotonic() + 60
    while (answer := await client.get("/readyz")).status_code == 200:
        assert time.monotonic() < deadline
    assert answer.status_code == 503
    assert answer.json()["checks"]["billing"] is False
    assert answer.json()["checks"]["identity"] is True


async def test_the_log_names_the_route_and_neither_address_nor_query(
    client: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    with capture_logs() as logs:
        await client.get("/api/v1/portals/secret-in-path?token=secret-in-query")
    assert logs[-1]["route"] == "/api/v1/portals/{portal}"
    assert "secret" not in str(logs)


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://portal.example")
