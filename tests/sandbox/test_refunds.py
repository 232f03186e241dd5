"""Giving money back, never more than was taken."""

import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox
from tests.sandbox.servers import http


def test_a_payment_is_refunded_in_parts_until_nothing_is_left(provider: Provider) -> None:
    intent = provider.pay("pm_card_visa", 1000)
    part = provider.v1.refunds.create({"payment_intent": intent.id, "amount": 300}, provider.options)
    assert (part.status, part.amount) == ("succeeded", 300)
    charge = provider.v1.charges.retrieve(intent.latest_charge, options=provider.options)
    assert (charge.amount_refunded, charge.refunded) == (300, False)
    rest = provider.v1.refunds.create({"charge": charge.id}, provider.options)
    assert rest.amount == 700
    assert provider.v1.charges.retrieve(charge.id, options=provider.options).refunded
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)
    assert refused.value.code == "charge_already_refunded"


def test_more_than_was_paid_is_not_refunded(provider: Provider) -> None:
    intent = provider.pay("pm_card_visa", 1000)
    with pytest.raises(stripe.InvalidRequestError):
        provider.v1.refunds.create({"payment_intent": intent.id, "amount": 1001}, provider.options)
    charge = provider.v1.charges.retrieve(intent.latest_charge, options=provider.options)
    assert charge.amount_refunded == 0


def test_a_refund_is_found_again(provider: Provider) -> None:
    intent = provider.pay("pm_card_visa", 1000)
    refund = provider.v1.refunds.create({"payment_intent": intent.id, "metadata": {"why": "storm"}}, provider.options)
    assert provider.v1.refunds.retrieve(refund.id, options=provider.options).metadata["why"] == "storm"
    listed = provider.v1.refunds.list({"payment_intent": intent.id}, provider.options)
    assert [found.id for found in listed.data] == [refund.id]


def test_what_was_not_paid_is_not_refunded(provider: Provider) -> None:
    intent = provider.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method_types": ["card"]}, provider.options
    )
    with pytest.raises(stripe.InvalidRequestError):
        provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)


def test_a_refund_may_be_pending_before_it_arrives(provider: Provider) -> None:
    intent = provider.pay("pm_card_pendingRefund")
    refund = provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)
    assert refund.status == "pending"
    assert provider.after_days("refunds", refund.id).status == "succeeded"


def test_a_refund_that_comes_back_can_be_made_again(provider: Provider, sandbox: Sandbox) -> None:
    intent = provider.pay("pm_card_refundFail", 1000)
    refund = provider.v1.refunds.create({"payment_intent": intent.id, "amount": 300}, provider.options)
    assert refund.status == "succeeded"
    failed = provider.after_days("refunds", refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    charge = provider.v1.charges.retrieve(intent.latest_charge, options=provider.options)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert provider.events(refund.id) == [
        "refund.created", "refund.failed", "refund.updated", "charge.refund.updated",
    ]  # fmt: skip
    moved = provider.v1.balance_transactions.list({"source": refund.id}, provider.options)
    assert sum(each.amount for each in moved.data) == 0
    assert provider.v1.refunds.create({"payment_intent": intent.id}, provider.options).amount == 1000


def test_a_test_decides_how_a_refund_ends(provider: Provider, sandbox: Sandbox) -> None:
    intent = provider.pay("pm_card_visa", 1000)
    refund = provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)
    failed = sandbox.post(f"/sandbox/refunds/{refund.id}/fail", reason="lost_or_stolen_card")
    assert failed["failure_reason"] == "lost_or_stolen_card"
    again = http.post(f"{sandbox.url}/sandbox/refunds/{refund.id}/fail")
    assert again.status_code == 400
