"""Events reach the webhook address, signed, at least once."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from deploy.sandbox.payments.settings import Settings
from tests.sandbox.conftest import WEBHOOK_SECRET, Provider, Sandbox, client_of
from tests.sandbox.servers import Receiver, wait_for


def test_an_address_is_told_of_what_it_has_asked_for() -> None:
    told: dict[str, Any] = {"port": 0, "state": Path(), "api_key": "", "publishable_key": "", "webhook_secret": ""}
    asked = Settings(**told, webhook_url="https://portico.test", webhook_events=frozenset({"refund.failed"}))
    assert [asked.sends(each) for each in ("refund.failed", "charge.succeeded")] == [True, False]
    assert Settings(**told, webhook_url="https://portico.test").sends("charge.succeeded")
    assert not Settings(**told, webhook_url=None).sends("charge.succeeded")


def types(receiver: Receiver, account: str | None) -> list[str]:
    """What was delivered for an account, in the order of arrival."""
    events = [json.loads(body) for body, _ in list(receiver.deliveries)]
    return [event["type"] for event in events if event.get("account") == account]


def settled(provider: Provider, sandbox: Sandbox, expected: set[str]) -> list[str]:
    """Waits until all of these arrived and nothing waits any more."""
    account = provider.options["stripe_account"]
    wait_for(lambda: expected <= set(types(sandbox.receiver, account)))
    wait_for(lambda: not sandbox.get("/sandbox/deliveries")["items"])
    return types(sandbox.receiver, account)


def test_a_payment_is_announced_and_the_signature_verifies(provider: Provider, sandbox: Sandbox) -> None:
    intent = provider.pay("pm_card_visa")
    settled(provider, sandbox, {"payment_intent.created", "charge.succeeded", "payment_intent.succeeded"})
    for body, signature in sandbox.receiver.deliveries:
        event = stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body + b" ", signature, WEBHOOK_SECRET)
        if event.type == "payment_intent.succeeded" and event.data.object["id"] == intent.id:
            assert event.account == provider.options["stripe_account"]
            assert event.data.object["status"] == "succeeded"
            break
    else:
        pytest.fail("The event of this payment did not arrive.")


def test_events_name_their_account_and_platform_events_do_not(provider: Provider, sandbox: Sandbox) -> None:
    platform = provider.v1.customers.create({"email": "platform@lakeside.test"})
    wait_for(lambda: any(platform.id in str(body) for body, _ in list(sandbox.receiver.deliveries)))
    event = next(json.loads(body) for body, _ in sandbox.receiver.deliveries if platform.id in str(body))
    assert "account" not in event


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("pm_card_chargeDeclined", {"charge.failed", "payment_intent.payment_failed"}),
        ("pm_card_threeDSecure2Required", {"payment_intent.requires_action"}),
    ],
)
def test_what_does_not_succeed_is_announced_too(
    provider: Provider, sandbox: Sandbox, method: str, expected: set[str]
) -> None:
    try:
        provider.pay(method)
    except stripe.CardError:
        assert method == "pm_card_chargeDeclined"
    assert "payment_intent.succeeded" not in settled(provider, sandbox, expected)


def test_saving_refunding_and_detaching_are_announced(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_visa", {"customer": customer}, provider.options)
    intent = provider.pay(method.id, customer=customer)
    provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)
    provider.v1.payment_methods.detach(method.id, options=provider.options)
    expected = {"customer.created", "payment_method.attached", "payment_method.detached", "refund.created",
                "charge.refunded"}  # fmt: skip
    settled(provider, sandbox, expected)


def test_events_can_be_read_back(provider: Provider, customer: str) -> None:
    intent = provider.pay("pm_card_visa", customer=customer)
    listed = provider.v1.events.list({"type": "payment_intent.succeeded"}, provider.options)
    event = next(event for event in listed.data if event.data.object["id"] == intent.id)
    assert provider.v1.events.retrieve(event.id, options=provider.options).type == "payment_intent.succeeded"


def test_an_event_that_is_refused_comes_again(provider: Provider, sandbox: Sandbox) -> None:
    sandbox.receiver.status = 500
    provider.pay("pm_card_visa")
    account = provider.options["stripe_account"]
    wait_for(lambda: types(sandbox.receiver, account).count("payment_intent.succeeded") >= 2)
    sandbox.receiver.status = 200
    wait_for(lambda: not sandbox.get("/sandbox/deliveries")["items"])


def test_an_event_that_waits_survives_kill_9(own: Sandbox) -> None:
    receiver = own.receiver
    receiver.status = 503
    customer = client_of(own.url).v1.customers.create({})
    wait_for(lambda: receiver.deliveries)
    own.server.kill()
    receiver.status, receiver.deliveries = 200, []
    own.server.start()
    wait_for(lambda: any(customer.id in str(body) for body, _ in list(receiver.deliveries)))


def faulted(provider: Provider, sandbox: Sandbox, kind: str, **rule: Any) -> None:
    """Pays while the success event of this account goes wrong."""
    account = provider.options["stripe_account"]
    sandbox.fault(kind, event="payment_intent.succeeded", account=account, **rule)
    provider.pay("pm_card_visa")


def test_a_lost_event_never_comes(provider: Provider, sandbox: Sandbox) -> None:
    faulted(provider, sandbox, "lose_webhook")
    assert "payment_intent.succeeded" not in settled(provider, sandbox, {"payment_intent.created", "charge.succeeded"})


def test_a_doubled_event_comes_twice_with_the_same_id(provider: Provider, sandbox: Sandbox) -> None:
    faulted(provider, sandbox, "double_webhook", count=1)
    arrived = settled(provider, sandbox, {"payment_intent.succeeded", "charge.succeeded"})
    assert arrived.count("payment_intent.succeeded") == 2
    ids = [json.loads(body)["id"] for body, _ in sandbox.receiver.deliveries if b"payment_intent.succeeded" in body]
    assert ids[-1] == ids[-2]


def test_a_delayed_event_comes_after_the_later_ones(provider: Provider, sandbox: Sandbox) -> None:
    faulted(provider, sandbox, "delay_webhook", ms=700)
    provider.v1.customers.create({}, provider.options)
    arrived = settled(provider, sandbox, {"payment_intent.succeeded", "customer.created"})
    assert arrived.index("customer.created") < arrived.index("payment_intent.succeeded")


def test_reordered_events_all_come(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.options["stripe_account"]
    sandbox.fault("reorder", account=account, ms=400, seed=3)
    made = [provider.v1.customers.create({}, provider.options).id for _ in range(8)]
    settled(provider, sandbox, {"customer.created"})
    events = [json.loads(body) for body, _ in list(sandbox.receiver.deliveries)]
    came = [event["data"]["object"]["id"] for event in events if event.get("account") == account]
    assert sorted(came) == sorted(made)
    assert came != made


def test_an_old_event_can_be_sent_again(provider: Provider, sandbox: Sandbox) -> None:
    intent = provider.pay("pm_card_visa")
    settled(provider, sandbox, {"payment_intent.succeeded"})
    provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)
    [event] = provider.v1.events.list({"type": "payment_intent.succeeded"}, provider.options).data
    sandbox.post(f"/sandbox/events/{event.id}/resend")
    arrived = settled(provider, sandbox, {"refund.created"})
    assert arrived.count("payment_intent.succeeded") == 2
