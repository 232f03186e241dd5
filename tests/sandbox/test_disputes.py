"""Cards whose holders dispute a payment: money leaves, evidence is sent, the bank decides."""

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox
from tests.sandbox.servers import http, wait_for


def disputed(provider: Provider, method: str = "pm_card_createDispute") -> Any:
    """The dispute of a fresh payment."""
    intent = provider.pay(method)
    if provider.sandbox:
        provider.sandbox.post("/sandbox/tasks/run", object=intent.id)
    disputes = provider.v1.disputes
    [dispute] = wait_for(lambda: disputes.list({"payment_intent": intent.id}, provider.options).data, 120)
    return dispute


def answer(provider: Provider, dispute: Any, text: str) -> Any:
    """Sends evidence; the text decides how a test ends."""
    provider.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}}, provider.options)
    return provider.v1.disputes.retrieve(dispute.id, options=provider.options)


def test_a_disputed_payment_loses_its_money_at_once(provider: Provider) -> None:
    dispute = disputed(provider)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 2500)
    [taken] = dispute.balance_transactions
    assert (taken.amount, taken.fee, taken.net) == (-2500, 1500, -4000)
    charge = provider.v1.charges.retrieve(dispute.charge, options=provider.options)
    assert (charge.disputed, charge.paid, charge.amount_refunded) == (True, True, 0)
    assert dispute.evidence_details.due_by > dispute.created


def test_a_won_dispute_brings_the_money_back(provider: Provider, sandbox: Sandbox) -> None:
    dispute = answer(provider, disputed(provider), "winning_evidence")
    assert dispute.status == "won"
    assert [moved.amount for moved in dispute.balance_transactions] == [-2500, 2500]
    assert provider.events(dispute.id) == [
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.updated",
        "charge.dispute.funds_reinstated", "charge.dispute.closed",
    ]  # fmt: skip
    [entry] = sandbox.ledger(provider.options["stripe_account"])
    assert entry["amount_disputed"] == 0


def test_a_lost_dispute_does_not(provider: Provider, sandbox: Sandbox) -> None:
    dispute = answer(provider, disputed(provider, "pm_card_createDisputeProductNotReceived"), "losing_evidence")
    assert (dispute.status, dispute.reason) == ("lost", "product_not_received")
    assert len(dispute.balance_transactions) == 1


def test_giving_in_loses(provider: Provider) -> None:
    dispute = disputed(provider)
    assert provider.v1.disputes.close(dispute.id, {}, provider.options).status == "lost"


def test_an_inquiry_takes_nothing_and_closes(provider: Provider, sandbox: Sandbox) -> None:
    dispute = disputed(provider, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.payment_method_details.card.case_type == "inquiry"
    assert answer(provider, dispute, "we answered").status == "warning_under_review"
    assert sandbox.post(f"/sandbox/disputes/{dispute.id}/close", status="won")["status"] == "warning_closed"


def test_an_inquiry_may_become_a_dispute(provider: Provider, sandbox: Sandbox) -> None:
    dispute = answer(provider, disputed(provider, "pm_card_createDisputeInquiry"), "escalate_inquiry_evidence")
    assert dispute.status == "needs_response"
    assert [moved.amount for moved in dispute.balance_transactions] == [-2500]


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_test_decides_a_dispute_once(provider: Provider, sandbox: Sandbox, outcome: str) -> None:
    intent = provider.pay("pm_card_visa")
    opened = sandbox.post(f"/sandbox/payment_intents/{intent.id}/dispute", reason="duplicate")
    address = f"/sandbox/disputes/{opened['id']}/close"
    assert sandbox.post(address, status=outcome)["status"] == outcome
    again = http.post(f"{sandbox.url}{address}", json={"status": "won"})
    assert again.status_code == 400
    twice = http.post(f"{sandbox.url}/sandbox/payment_intents/{intent.id}/dispute")
    assert twice.status_code == 400


def test_a_disputed_payment_is_not_refunded(provider: Provider) -> None:
    dispute = disputed(provider)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.v1.refunds.create({"charge": dispute.charge}, provider.options)
    assert refused.value.code == "charge_disputed"


def test_only_what_is_left_of_a_payment_is_disputed(provider: Provider, sandbox: Sandbox) -> None:
    intent = provider.pay("pm_card_visa", 1000)
    provider.v1.refunds.create({"payment_intent": intent.id, "amount": 400}, provider.options)
    assert sandbox.post(f"/sandbox/payment_intents/{intent.id}/dispute")["amount"] == 600
