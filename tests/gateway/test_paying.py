"""Invoices, payments and the methods to pay with, over HTTP."""

import httpx
import pytest

from services.contracts.billing.invoices import ListInvoices
from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    ListPaymentMethods,
    PaymentMethodView,
    SetDefaultMethod,
    SetupView,
    StartSetup,
)
from services.contracts.billing.payments import (
    ClientSecretView,
    GetPayment,
    GetPaymentSecret,
    PayInvoices,
    RefreshPayment,
)
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.errors import forbidden, invalid
from services.contracts.identity.customers import CreateCustomer
from services.contracts.messages import Nothing, Page
from tests.gateway import world
from tests.gateway.neighbours import Answer, Away, Neighbours
from tests.gateway.pages_world import VISA

pytestmark = pytest.mark.anyio
SECRET = ClientSecretView(client_secret="pi_secret", action_url="https://bank.example/pi_secret")


async def test_a_list_passes_filter_cursor_and_limit_on(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListInvoices, world.page_of(2, next_cursor="c2"))
    place = world.CLUBHOUSE.id
    query = f"status=due&kind=service&property={place}&cursor=c1&limit=2"
    answer = await priya.get(f"/api/v1/invoices?{query}")
    assert answer.json()["next_cursor"] == "c2"
    assert answer.json()["items"][0]["balance"] == {"amount": 48000, "currency": "USD"}
    asked = neighbours.heard[-1].message
    assert asked["property_ids"] == [str(place)]
    assert (asked["status"], asked["kind"], asked["cursor"], asked["limit"]) == ("due", "service", "c1", 2)


def payment_body() -> dict[str, object]:
    return {
        "invoice_ids": [str(world.id_of("invoice 1"))],
        "payment_method_id": str(world.id_of("card")),
        "expected_total": {"amount": 48250, "currency": "USD"},
    }


async def test_a_payment_that_succeeds_is_201(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(PayInvoices, world.payment("succeeded"))
    answer = await priya.post("/api/v1/payments", json=payment_body())
    assert (answer.status_code, answer.json()["status"]) == (201, "succeeded")
    assert answer.json()["client_secret"] is None
    assert neighbours.heard[-1].message["return_url"].startswith("https://portal.example/evergreen-austin/payments/")


async def test_a_declined_payment_is_402_with_the_reason_and_the_attempt(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(PayInvoices, world.payment("failed", decline_reason="Your card has insufficient funds."))
    answer = await priya.post("/api/v1/payments", json=payment_body())
    assert answer.status_code == 402
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["detail"] == "Your card has insufficient funds."
    assert problem["payment_id"] == str(world.id_of("payment"))


async def test_a_payment_that_needs_the_payer_comes_with_its_secret(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    for message in (PayInvoices, GetPayment, RefreshPayment):
        neighbours.answer(message, world.payment("requires_action"))
    neighbours.answer(GetPaymentSecret, SECRET)
    made = await priya.post("/api/v1/payments", json=payment_body())
    read = await priya.get(f"/api/v1/payments/{world.id_of('payment')}")
    assert (made.status_code, read.status_code) == (201, 200)
    for told in (made.json(), read.json()):
        assert (told["client_secret"], told["action_url"]) == (SECRET.client_secret, SECRET.action_url)


@pytest.mark.parametrize("outcome", [forbidden("Only the payer can confirm this payment."), Away])
async def test_without_the_secret_the_payment_is_told_all_the_same(
    priya: httpx.AsyncClient, neighbours: Neighbours, outcome: Answer
) -> None:
    for message in (GetPayment, RefreshPayment):
        neighbours.answer(message, world.payment("requires_action"))
    neighbours.answer(GetPaymentSecret, outcome)
    answer = await priya.get(f"/api/v1/payments/{world.id_of('payment')}")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (200, "requires_action")
    assert (told["client_secret"], told["action_url"]) == (None, None)


async def test_a_payment_that_waits_for_the_payer_is_looked_up_at_the_provider(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetPayment, world.payment("requires_action"))
    neighbours.answer(RefreshPayment, world.payment("succeeded"))
    answer = await priya.get(f"/api/v1/payments/{world.id_of('payment')}")
    assert answer.json()["status"] == "succeeded"


async def test_the_same_key_is_the_same_command_for_the_same_caller_only(
    priya: httpx.AsyncClient, rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(PayInvoices, world.payment("succeeded"))
    neighbours.answer(CreateCustomer, world.CUSTOMER)
    for key in ("one", "one", "two"):
        await priya.post("/api/v1/payments", json=payment_body(), headers={"Idempotency-Key": key})
    await priya.post("/api/v1/payments", json=payment_body())
    body = {"name": "Lakeside HOA", "home_branch_id": str(world.BRANCH), "mailing_address": dict(world.ADDRESS)}
    await rosa.post("/api/v1/office/customers", json=body, headers={"Idempotency-Key": "one"})
    ids = [call.message["id"] for call in neighbours.heard if call.routing_key != "identity.resolve_session"]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4


async def test_an_open_setup_is_finished_when_the_methods_are_listed(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    card = PaymentMethodView(
        id=world.id_of("card"), type="card", brand="visa", last4="4242", expires_on=None, default=True, added_by="Priya"
    )
    neighbours.answer(FinishSetups, Page[PaymentMethodView](items=[card]))
    neighbours.answer(ListPaymentMethods, Page[PaymentMethodView](items=[card]))
    answer = await priya.get("/api/v1/payment-methods")
    assert [each["last4"] for each in answer.json()["items"]] == ["4242"]
    assert [call.routing_key for call in neighbours.heard[-2:]] == [
        "billing.finish_setups",
        "billing.list_payment_methods",
    ]


async def test_a_method_becomes_the_default_and_is_deleted(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SetDefaultMethod, VISA)
    neighbours.answer(DeleteMethod, Nothing())
    path = f"/api/v1/payment-methods/{VISA.id}"
    chosen, gone = await priya.put(f"{path}/default"), await priya.delete(path)
    assert (chosen.status_code, chosen.json()["default"]) == (200, True)
    assert (gone.status_code, gone.content) == (204, b"")
    (asked,) = neighbours.calls(DeleteMethod)
    assert asked.message["payment_method_id"] == str(VISA.id)


async def test_a_setup_is_answered_with_what_the_browser_needs(
    priya: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    setup = SetupView(
        id=world.id_of("setup"), client_secret="seti", publishable_key="pk", account="acct", hosted_url="https://p/"
    )
    neighbours.answer(StartSetup, setup)
    answer = await priya.post("/api/v1/payment-methods/setups", json={"type": "card"})
    assert answer.status_code == 201
    assert answer.json() == setup.model_dump(mode="json")


async def test_a_webhook_is_passed_on_byte_for_byte(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ReceiveProviderEvent, Nothing())
    payload = '{ "id": "evt_1",\n "name": "Zoë" }'
    headers = {"Stripe-Signature": "t=1,v1=abc", "Content-Type": "application/json; charset=utf-8"}
    answer = await client.post("/api/v1/webhooks/stripe", content=payload.encode(), headers=headers)
    assert answer.status_code == 200
    assert neighbours.heard[-1].message["payload"] == payload
    assert neighbours.heard[-1].message["signature"] == "t=1,v1=abc"
    assert neighbours.heard[-1].principal is None


async def test_a_webhook_with_a_wrong_signature_is_refused(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ReceiveProviderEvent, invalid("The signature is wrong."))
    headers = {"Stripe-Signature": "t=1,v1=abc", "Content-Type": "application/json"}
    assert (await client.post("/api/v1/webhooks/stripe", content=b"{}", headers=headers)).status_code == 422
    del headers["Stripe-Signature"]
    assert (await client.post("/api/v1/webhooks/stripe", content=b"{}", headers=headers)).status_code == 422
