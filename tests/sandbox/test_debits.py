"""Paying from a bank account: processing for days, then paid or returned, and sometimes taken back even later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox, client_of, payment_server
from tests.sandbox.servers import Receiver, http, wait_for


@pytest.fixture
def prompt(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose banks need half a second."""
    receiver = Receiver()
    server = payment_server(tmp_path, receiver.url, delay_seconds=0.5)
    server.start()
    yield Sandbox(server, receiver)
    server.stop()
    receiver.close()


def pay_again(provider: Provider, customer: str, method: str) -> Any:
    """A payment from a saved account, without its holder."""
    types = ["us_bank_account"]
    return provider.pay(method, customer=customer, payment_method_types=types, off_session=True)


def intent_of(provider: Provider, intent: Any) -> Any:
    """The payment as it is now, with its charge."""
    return provider.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}, provider.options)


def dispute_of(provider: Provider, intent: Any) -> Any:
    """The payment's only dispute."""
    [dispute] = provider.v1.disputes.list({"payment_intent": intent.id}, provider.options).data
    return dispute


def test_a_debit_is_processing_until_the_bank_has_paid(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    intent = intent_of(provider, provider.debit("pm_usBankAccount_success", customer=customer))
    charge = intent.latest_charge
    assert (intent.status, intent.amount_received, charge.status, charge.paid) == ("processing", 0, "pending", False)
    assert sandbox.ledger(provider.options["stripe_account"]) == []
    assert provider.events(intent.id) == ["payment_intent.created", "payment_intent.processing"]


def test_days_later_the_debit_succeeds(provider: Provider, customer: str) -> None:
    intent = provider.after_days("payment_intents", provider.debit("pm_usBankAccount_success", customer=customer).id)
    assert (intent.status, intent.amount_received) == ("succeeded", 2500)
    charge = intent_of(provider, intent).latest_charge
    assert (charge.paid, charge.payment_method_details.us_bank_account.last4) == (True, "6789")
    assert provider.events(charge.id) == ["charge.pending", "charge.succeeded"]
    assert provider.events(intent.id)[-1] == "payment_intent.succeeded"


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_usBankAccount_insufficientFunds", "insufficient_funds"),
        ("pm_usBankAccount_accountClosed", "account_closed"),
        ("pm_usBankAccount_noAccount", "no_account"),
        ("pm_usBankAccount_debitNotAuthorized", "debit_not_authorized"),
    ],
)
def test_a_returned_debit_says_why(provider: Provider, customer: str, method: str, code: str) -> None:
    intent = provider.after_days("payment_intents", provider.debit(method, customer=customer).id)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", code)
    charge = intent_of(provider, intent).latest_charge
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert provider.events(intent.id)[-1] == "payment_intent.payment_failed"


def test_after_a_return_a_card_pays_the_same_intent(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    types = ["card", "us_bank_account"]
    debit = provider.debit("pm_usBankAccount_insufficientFunds", customer=customer, payment_method_types=types)
    intent = provider.after_days("payment_intents", debit.id)
    paid = provider.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, provider.options)
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    assert len(sandbox.ledger(provider.options["stripe_account"])) == 1


def test_a_saved_account_pays_by_the_mandate_it_was_saved_with(provider: Provider, customer: str) -> None:
    saved = provider.save_account(customer)
    intent = intent_of(provider, pay_again(provider, customer, saved.payment_method))
    assert intent.status == "processing"
    assert intent.latest_charge.payment_method_details.us_bank_account.mandate == saved.mandate


def test_a_debit_without_any_agreement_is_refused(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="mandate"):
        provider.pay("pm_usBankAccount_success", customer=customer, payment_method_types=["us_bank_account"])


def test_only_dollars_are_debited(provider: Provider, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="currency"):
        provider.debit("pm_usBankAccount_success", customer=customer, currency="eur")


def test_a_processing_debit_can_be_canceled(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    intent = provider.debit("pm_usBankAccount_processing", customer=customer)
    sandbox.post("/sandbox/tasks/run", object=intent.id)
    assert intent_of(provider, intent).status == "processing"
    provider.v1.payment_intents.cancel(intent.id, {}, provider.options)
    canceled = intent_of(provider, intent)
    assert (canceled.status, canceled.latest_charge.status) == ("canceled", "failed")


def test_a_paid_debit_comes_back_as_a_lost_dispute(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    saved = provider.save_account(customer, "pm_usBankAccount_dispute")
    intent = provider.after_days("payment_intents", pay_again(provider, customer, saved.payment_method).id)
    assert intent.status == "succeeded"
    sandbox.post("/sandbox/tasks/run", object=intent.id)
    dispute = dispute_of(provider, intent)
    assert (dispute.status, dispute.reason, dispute.amount) == ("lost", "debit_not_authorized", 2500)
    assert provider.events(dispute.id) == [
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed",
    ]  # fmt: skip
    assert intent_of(provider, intent).status == "succeeded"
    [entry] = sandbox.ledger(provider.options["stripe_account"])
    assert entry["amount_disputed"] == 2500


def test_an_unauthorized_return_ends_the_mandate_and_blocks_the_account(
    provider: Provider, sandbox: Sandbox, customer: str
) -> None:
    saved = provider.save_account(customer)
    intent = provider.after_days("payment_intents", pay_again(provider, customer, saved.payment_method).id)
    sandbox.post(f"/sandbox/payment_intents/{intent.id}/return", code="R10")
    mandate = provider.v1.mandates.retrieve(saved.mandate, options=provider.options)
    assert mandate.status == "inactive"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_again(provider, customer, saved.payment_method)
    assert refused.value.code == "payment_method_bank_account_blocked"


def test_a_test_decides_when_and_how_a_debit_ends(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    paid, failed = (provider.debit("pm_usBankAccount_success", customer=customer) for _ in range(2))
    assert sandbox.post(f"/sandbox/payment_intents/{paid.id}/settle")["status"] == "succeeded"
    error = sandbox.post(f"/sandbox/payment_intents/{failed.id}/fail", code="R03")["last_payment_error"]
    assert (error["code"], error["network_decline_code"]) == ("no_account", "R03")
    planned = [task["object"] for task in sandbox.get("/sandbox/tasks")["items"]]
    assert not {paid.id, failed.id} & set(planned)


@pytest.mark.parametrize("act", ["settle", "fail", "return", "dispute"])
def test_what_cannot_happen_is_refused(provider: Provider, sandbox: Sandbox, act: str) -> None:
    intent = provider.v1.payment_intents.create({"amount": 900, "currency": "usd"}, provider.options)
    answer = http.post(f"{sandbox.url}/sandbox/payment_intents/{intent.id}/{act}")
    assert answer.status_code == 400
    assert http.post(f"{sandbox.url}/sandbox/payment_intents/pi_none/{act}").status_code == 404


def test_a_debit_ends_by_itself_after_the_delay_and_a_restart(prompt: Sandbox) -> None:
    intent = Provider(client_of(prompt.url), {}, None).debit("pm_usBankAccount_success")
    prompt.server.kill()
    prompt.server.start()
    wait_for(lambda: any(b"payment_intent.succeeded" in body for body, _ in list(prompt.receiver.deliveries)))
    assert client_of(prompt.url).v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_bank_refund_takes_days_too(provider: Provider, customer: str) -> None:
    intent = provider.after_days("payment_intents", provider.debit("pm_usBankAccount_success", customer=customer).id)
    refund = provider.v1.refunds.create({"payment_intent": intent.id, "amount": 1000}, provider.options)
    assert refund.status == "pending"
    assert provider.after_days("refunds", refund.id).status == "succeeded"
    assert provider.events(refund.id) == ["refund.created", "refund.updated", "charge.refund.updated"]


def test_what_is_still_processing_is_not_refunded(provider: Provider, customer: str) -> None:
    intent = provider.debit("pm_usBankAccount_processing", customer=customer)
    with pytest.raises(stripe.InvalidRequestError):
        provider.v1.refunds.create({"payment_intent": intent.id}, provider.options)
