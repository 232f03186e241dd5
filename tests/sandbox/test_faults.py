"""The switches that make the sandbox fail, and that nothing answered is ever lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox, client_of
from tests.sandbox.servers import http, wait_for

PAY = {"method": "POST", "path": "/v1/payment_intents"}


def arrived(sandbox: Sandbox) -> list[tuple[bytes, str]]:
    """The webhooks up to now."""
    return list(sandbox.receiver.deliveries)


def test_a_lost_answer_is_one_charge_after_the_sdks_retry(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("timeout_after_success", **PAY, account=account, count=1)
    intent = provider.pay("pm_card_visa")
    assert intent.last_response.headers["Idempotent-Replayed"] == "true"
    assert [entry["payment_intent"] for entry in sandbox.ledger(account)] == [intent.id]


def test_when_every_answer_is_lost_the_money_has_moved_all_the_same(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("timeout_after_success", **PAY, account=account)
    with pytest.raises(stripe.APIConnectionError):
        provider.pay("pm_card_visa")
    assert len(sandbox.ledger(account)) == 1


def test_a_webhook_may_overtake_the_answer(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("late_answer", **PAY, account=account, ms=2000)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(provider.pay, "pm_card_visa")
        wait_for(lambda: any(account in str(body) and "succeeded" in str(body) for body, _ in arrived(sandbox)))
        assert not answer.done()
        assert answer.result().status == "succeeded"


def test_an_error_before_the_work_is_healed_by_the_sdk(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("error_500_before", **PAY, account=account, count=2)
    assert provider.pay("pm_card_visa").status == "succeeded"
    assert len(sandbox.ledger(account)) == 1


def test_an_error_after_the_work_is_what_every_repeat_gets(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("error_500_after", **PAY, account=account, count=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            provider.v1.payment_intents.create(
                provider.paid("pm_card_visa"), {**provider.options, "idempotency_key": f"after-{account}"}
            )
    assert len(sandbox.ledger(account)) == 1


def test_a_rate_limited_call_is_not_an_attempt(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    options = {**provider.options, "idempotency_key": f"limited-{account}"}
    sandbox.fault("rate_limit", **PAY, account=account, count=1)
    with pytest.raises(stripe.RateLimitError):
        provider.v1.payment_intents.create(provider.paid("pm_card_visa"), options)
    assert sandbox.ledger(account) == []
    assert provider.v1.payment_intents.create(provider.paid("pm_card_visa"), options).status == "succeeded"


def test_the_same_seed_fails_the_same_calls(provider: Provider, sandbox: Sandbox) -> None:
    def outcomes() -> list[int]:
        account = client_of(sandbox.url).v1.accounts.create({"type": "standard"}).id
        sandbox.fault("error_500_before", path="/v1/customers", account=account, probability=0.5, seed=11)
        headers = {"Authorization": "Bearer sk_test_sandbox", "Stripe-Account": account}
        address = f"{sandbox.url}/v1/customers"
        return [http.get(address, headers=headers).status_code for _ in range(20)]

    first = outcomes()
    assert first == outcomes()
    assert set(first) == {200, 500}


def test_other_calls_and_accounts_are_not_hit(provider: Provider, sandbox: Sandbox) -> None:
    sandbox.fault("error_500_before", method="POST", path="/v1/payment_intents/*/confirm", account="acct_1Elsewhere")
    assert provider.pay("pm_card_visa").status == "succeeded"


def test_a_senseless_fault_is_refused(sandbox: Sandbox) -> None:
    for rule in ({"kind": "earthquake"}, {"kind": "latency", "ms": "long"}, {"kind": "latency", "depth": 3}):
        answer = http.post(f"{sandbox.url}/sandbox/faults", json=rule)
        assert answer.status_code == 400


def test_what_was_answered_survives_kill_9(own: Sandbox) -> None:
    client = client_of(own.url)
    wanted = {"amount": 700, "currency": "usd", "payment_method_types": ["card"], "confirm": True}
    pay = client.v1.payment_intents.create
    answered = [
        pay({**wanted, "payment_method": "pm_card_visa"}, {"idempotency_key": f"key-{number}"}).id  # type: ignore[typeddict-item]
        for number in range(20)
    ]
    own.server.kill()
    own.server.start()
    ledger = own.get("/sandbox/ledger")["items"]
    assert [entry["payment_intent"] for entry in ledger] == answered
    again = pay({**wanted, "payment_method": "pm_card_visa"}, {"idempotency_key": "key-7"})  # type: ignore[typeddict-item]
    assert again.id == answered[7]


def test_reset_forgets_everything(own: Sandbox) -> None:
    client_of(own.url).v1.customers.create({})
    http.post(f"{own.url}/sandbox/reset").raise_for_status()
    assert client_of(own.url).v1.customers.list({}).data == []
