"""The office's payments over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.contracts.billing.payments import (
    GetPayment,
    ListPayments,
    RecordPayment,
    RefundPayment,
    RefundStatus,
    RefundView,
)
from services.contracts.identity.customers import GetCustomer
from services.contracts.identity.portals import GetBranch
from services.contracts.messages import Page
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.test_office import BRANCH

pytestmark = pytest.mark.anyio

PAYMENT = world.id_of("payment")


def refunded(status: RefundStatus, reason: str | None = None) -> Callable[[dict[str, Any]], object]:
    """Answers with the payment and the refund that was asked for."""

    def answer(message: dict[str, Any]) -> object:
        refund = RefundView(
            id=message["id"],
            status=status,
            amount=world.dollars(100),
            fee=world.dollars(0),
            created_at=datetime(2026, 11, 20, tzinfo=UTC),
            failure_reason=reason,
        )
        return world.payment("succeeded").model_copy(update={"refunds": [refund]})

    return answer


async def test_the_office_lists_by_status_customer_and_property(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(ListPayments, Page(items=[world.payment("disputed")]))
    query = f"status=disputed&customer_id={world.LAKESIDE.id}&property={world.CLUBHOUSE.id}&limit=5"
    answer = await rosa.get(f"/api/v1/office/payments?{query}")
    assert answer.json()["items"][0]["status"] == "disputed"
    asked = neighbours.heard[-1].message
    assert (asked["status"], asked["customer_id"], asked["limit"]) == ("disputed", str(world.LAKESIDE.id), 5)
    assert asked["property_ids"] == [str(world.CLUBHOUSE.id)]
    assert (await rosa.get("/api/v1/office/payments?status=lost")).status_code == 422


async def test_a_customer_filters_their_payments_by_status(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListPayments, Page(items=[]))
    assert (await priya.get("/api/v1/payments?status=processing")).status_code == 200
    assert neighbours.heard[-1].message["status"] == "processing"
    assert (await priya.get("/api/v1/office/payments")).status_code == 403


async def test_a_check_is_recorded_in_the_customers_name_and_branch(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(RecordPayment, world.payment("succeeded"))
    body = {
        "customer_id": str(world.LAKESIDE.id),
        "invoice_ids": [str(world.id_of("invoice 1"))],
        "amount": {"amount": 48000, "currency": "USD"},
        "received_as": "check",
        "reference": "1043",
        "received_on": "2026-11-20",
    }
    assert (await rosa.post("/api/v1/office/payments", json=body)).status_code == 201
    asked = neighbours.heard[-1].message
    assert (asked["customer"]["name"], asked["time_zone"]) == (world.LAKESIDE.name, "America/Chicago")
    assert (asked["received_as"], asked["reference"], asked["received_on"]) == ("check", "1043", "2026-11-20")
    assert (await rosa.post("/api/v1/office/payments", json={**body, "received_as": "card"})).status_code == 422


async def test_a_refund_passes_amount_and_reopening_on(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RefundPayment, refunded("succeeded"))
    body = {"amount": {"amount": 100, "currency": "USD"}, "reopen": True}
    headers = {"Idempotency-Key": "twice"}
    for _ in range(2):
        answer = await rosa.post(f"/api/v1/office/payments/{PAYMENT}/refund", json=body, headers=headers)
        assert answer.status_code == 200
    first, second = (each.message for each in neighbours.heard[-2:] if each.message.get("reopen"))
    assert first["id"] == second["id"] and first["amount"] == body["amount"]


async def test_a_refund_that_the_provider_refuses_is_402(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RefundPayment, refunded("failed", "Nothing was paid back."))
    answer = await rosa.post(f"/api/v1/office/payments/{PAYMENT}/refund", json={})
    assert (answer.status_code, answer.json()["detail"]) == (402, "Nothing was paid back.")


async def test_one_payment_is_read(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetPayment, world.payment("succeeded"))
    assert (await rosa.get(f"/api/v1/office/payments/{PAYMENT}")).json()["status"] == "succeeded"
