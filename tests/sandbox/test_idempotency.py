"""Repeating a call must not repeat its effect."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import stripe

from deploy.sandbox.payments.app import create_app
from deploy.sandbox.payments.settings import Settings
from tests.sandbox.conftest import PUBLISHABLE, SECRET, WEBHOOK_SECRET, Provider, Sandbox
from tests.sandbox.servers import http, wait_for

DAY = 24 * 3600


def keyed(provider: Provider, key: str) -> dict[str, str]:
    """The options of a call with an idempotency key."""
    return {**provider.options, "idempotency_key": key}


def test_a_repeat_gets_the_first_answer(provider: Provider, customer: str) -> None:
    key = f"repeat-{customer}"
    first, second = (
        provider.v1.payment_intents.create(provider.paid("pm_card_visa", customer=customer), keyed(provider, key))
        for _ in range(2)
    )
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(provider.v1.payment_intents.list({"customer": customer}, provider.options).data) == 1


def test_a_repeated_decline_is_the_same_decline(provider: Provider, customer: str) -> None:
    intent = provider.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method_types": ["card"]}, provider.options
    )
    refused = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            provider.v1.payment_intents.confirm(
                intent.id, {"payment_method": "pm_card_chargeDeclined"}, keyed(provider, f"decline-{customer}")
            )
        refused.append(declined.value.error)
    assert refused[0] is not None
    assert refused[1] is not None
    assert refused[0].charge == refused[1].charge


def test_the_key_does_not_fit_other_parameters_nor_another_endpoint(provider: Provider, customer: str) -> None:
    options = keyed(provider, f"other-{customer}")
    provider.v1.payment_intents.create(provider.paid("pm_card_visa", 1000), options)
    with pytest.raises(stripe.IdempotencyError):
        provider.v1.payment_intents.create(provider.paid("pm_card_visa", 1001), options)
    with pytest.raises(stripe.IdempotencyError):
        provider.v1.customers.create({}, options)


def test_another_account_may_use_the_same_key(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    other = {"stripe_account": provider.v1.accounts.create({"type": "standard"}).id}
    key = f"shared-{customer}"
    first = provider.v1.customers.create({}, keyed(provider, key))
    second = provider.v1.customers.create({}, {**other, "idempotency_key": key})
    assert first.id != second.id


def test_a_call_that_was_never_valid_does_not_use_up_its_key(provider: Provider, customer: str) -> None:
    options = keyed(provider, f"invalid-{customer}")
    with pytest.raises(stripe.InvalidRequestError):
        provider.v1.payment_intents.create(provider.paid("pm_card_visa", 1), options)
    assert provider.v1.payment_intents.create(provider.paid("pm_card_visa", 100), options).status == "succeeded"


def test_a_second_call_while_the_first_still_runs_is_turned_away(
    provider: Provider, sandbox: Sandbox, customer: str
) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("latency", path="/v1/payment_intents", account=account, ms=1500, count=1)
    headers = {"Authorization": f"Bearer {SECRET}", "Stripe-Account": account, "Idempotency-Key": f"twin-{customer}"}
    form = {"amount": "900", "currency": "usd"}

    def create() -> httpx.Response:
        return http.post(f"{sandbox.url}/v1/payment_intents", data=form, headers=headers)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(create)
        wait_for(lambda: sandbox.get("/sandbox/faults")["items"][0]["fired"])
        second = create()
        assert (second.status_code, second.json()["error"]["code"]) == (409, "idempotency_key_in_use")
        assert first.result().status_code == 200
    assert create().json()["id"] == first.result().json()["id"]


def test_two_at_once_through_the_sdk_are_one_charge(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    options = keyed(provider, f"two-{customer}")
    with ThreadPoolExecutor(8) as pool:
        paid = provider.paid("pm_card_visa", customer=customer)
        answers = list(pool.map(lambda _: provider.v1.payment_intents.create(paid, options), range(8)))
    assert len({intent.id for intent in answers}) == 1
    assert len(sandbox.ledger(provider.options["stripe_account"])) == 1


@pytest.mark.parametrize(("later", "same"), [(DAY - 1, True), (DAY + 1, False)])
def test_a_key_is_forgotten_after_a_day(tmp_path: Path, later: int, same: bool) -> None:
    now = [1_800_000_000.0]
    settings = Settings(0, tmp_path / "state.sqlite3", SECRET, PUBLISHABLE, None, WEBHOOK_SECRET)
    app = create_app(settings, clock=lambda: now[0])

    headers = {"Authorization": f"Bearer {SECRET}", "Idempotency-Key": "key"}

    async def twice() -> list[str]:
        made = []
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client,
        ):
            for _ in range(2):
                made.append((await client.post("/v1/customers")).json()["id"])
                now[0] += later
        return made

    # In a thread of its own, because a browser test may keep an event loop in this one.
    with ThreadPoolExecutor() as pool:
        first, second = pool.submit(asyncio.run, twice()).result()
    assert (first == second) is same
