"""Saving a US bank account: verified at once or by micro-deposits, with its holder's mandate."""

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import AGREED, PUBLISHABLE, Provider, Sandbox
from tests.sandbox.servers import http


def account(number: str = "000123456789", routing: str = "110000000") -> dict[str, Any]:
    """A bank account as its holder types it in."""
    numbers = {"account_number": number, "routing_number": routing, "account_holder_type": "individual"}
    return {"type": "us_bank_account", "us_bank_account": numbers, "billing_details": {"name": "Priya Shah"}}


def verify(provider: Provider, intent: Any, **entry: Any) -> Any:
    """Enters what arrived at the account."""
    return provider.v1.setup_intents.verify_microdeposits(intent.id, entry, provider.options)


def listed(provider: Provider, customer: str, kind: str = "us_bank_account") -> list[Any]:
    """The customer's methods of a type."""
    found = provider.v1.payment_methods.list({"customer": customer, "type": kind}, provider.options)
    return list(found.data)


def test_a_test_account_is_saved_at_once(provider: Provider, customer: str) -> None:
    intent = provider.save_account(customer)
    assert intent.status == "succeeded"
    [method] = listed(provider, customer)
    bank = method.us_bank_account
    assert (method.id, bank.last4, bank.routing_number, bank.account_type) == (
        intent.payment_method, "6789", "110000000", "checking",
    )  # fmt: skip
    assert bank.fingerprint
    assert listed(provider, customer, "card") == []


def test_the_mandate_says_who_agreed_and_from_where(provider: Provider, customer: str) -> None:
    intent = provider.save_account(customer)
    mandate = provider.v1.mandates.retrieve(intent.mandate, options=provider.options)
    assert (mandate.status, mandate.type, mandate.payment_method) == ("active", "multi_use", intent.payment_method)
    online = mandate.customer_acceptance.online
    assert (online.ip_address, online.user_agent) == ("192.0.2.7", "Test browser")


def test_without_a_mandate_no_account_is_saved(provider: Provider, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="mandate"):
        provider.save_account(customer, mandate_data={"customer_acceptance": {"type": "online"}})
    assert listed(provider, customer) == []


def test_a_typed_account_waits_for_micro_deposits(provider: Provider, customer: str) -> None:
    intent = provider.save_account(customer, account())
    assert (intent.status, intent.next_action.type) == ("requires_action", "verify_with_microdeposits")
    action = intent.next_action.verify_with_microdeposits
    assert action.hosted_verification_url.startswith("http")
    assert action.arrival_date > intent.created
    assert listed(provider, customer) == []


@pytest.mark.parametrize("entry", [{"amounts": [32, 45]}, {"amounts": [45, 32]}, {"descriptor_code": "SM11AA"}])
def test_the_right_micro_deposits_verify_the_account(
    provider: Provider, sandbox: Sandbox, customer: str, entry: dict[str, Any]
) -> None:
    intent = verify(provider, provider.save_account(customer, account()), **entry)
    assert intent.status == "succeeded"
    assert [method.id for method in listed(provider, customer)] == [intent.payment_method]
    mandate = provider.v1.mandates.retrieve(intent.mandate, options=provider.options)
    assert mandate.status == "active"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"amounts": [1, 2]}, "payment_method_microdeposit_verification_amounts_mismatch"),
        ({"descriptor_code": "SM99ZZ"}, "payment_method_microdeposit_verification_descriptor_code_mismatch"),
        ({"amounts": [32]}, "payment_method_microdeposit_verification_amounts_invalid"),
    ],
)
def test_wrong_micro_deposits_leave_the_account_waiting(
    provider: Provider, sandbox: Sandbox, customer: str, entry: dict[str, Any], code: str
) -> None:
    waiting = provider.save_account(customer, account())
    with pytest.raises(stripe.InvalidRequestError) as refused:
        verify(provider, waiting, **entry)
    assert refused.value.code == code
    assert verify(provider, waiting, amounts=[32, 45]).status == "succeeded"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"amounts": [10, 11]}, "payment_method_microdeposit_verification_attempts_exceeded"),
        ({"descriptor_code": "SM44DD"}, "payment_method_microdeposit_verification_timeout"),
    ],
)
def test_a_failed_verification_asks_for_another_account(
    provider: Provider, sandbox: Sandbox, customer: str, entry: dict[str, Any], code: str
) -> None:
    waiting = provider.save_account(customer, account())
    with pytest.raises(stripe.InvalidRequestError):
        verify(provider, waiting, **entry)
    intent = provider.v1.setup_intents.retrieve(waiting.id, options=provider.options)
    assert (intent.status, intent.last_setup_error.code) == ("requires_payment_method", code)
    assert provider.events(intent.id)[-1] == "setup_intent.setup_failed"


def test_ten_wrong_entries_end_the_verification(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    waiting = provider.save_account(customer, account())
    for _ in range(10):
        with pytest.raises(stripe.InvalidRequestError):
            verify(provider, waiting, amounts=[1, 2])
    intent = provider.v1.setup_intents.retrieve(waiting.id, options=provider.options)
    assert intent.status == "requires_payment_method"
    with pytest.raises(stripe.InvalidRequestError):
        verify(provider, waiting, amounts=[32, 45])


def test_micro_deposits_that_do_not_arrive_fail_the_setup(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    waiting = provider.save_account(customer, account("000666666661"))
    sandbox.post("/sandbox/tasks/run", object=waiting.id)
    intent = provider.v1.setup_intents.retrieve(waiting.id, options=provider.options)
    assert intent.last_setup_error.code == "payment_method_microdeposit_failed"


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        (account(routing="110000001"), "routing_number_invalid"),
        (account(number="000999999999"), "account_number_invalid"),
        ({**account(), "billing_details": {}}, "parameter_missing"),
    ],
)
def test_a_mistyped_account_is_refused(
    provider: Provider, sandbox: Sandbox, customer: str, entered: dict[str, Any], code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.save_account(customer, entered)
    assert refused.value.code == code


def test_an_unverified_account_cannot_be_attached(provider: Provider, customer: str) -> None:
    method = provider.v1.payment_methods.create(account(), provider.options)
    with pytest.raises(stripe.InvalidRequestError, match="verified"):
        provider.v1.payment_methods.attach(method.id, {"customer": customer}, provider.options)


def test_a_card_setup_takes_no_bank_account(provider: Provider, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="not allowed"):
        provider.save_account(customer, payment_method_types=["card"])


def test_a_saved_account_is_detached(provider: Provider, customer: str) -> None:
    intent = provider.save_account(customer)
    provider.v1.payment_methods.detach(intent.payment_method, options=provider.options)
    assert listed(provider, customer) == []


def test_a_browser_saves_an_account_with_the_client_secret_only(
    provider: Provider, sandbox: Sandbox, customer: str
) -> None:
    wanted = {"customer": customer, "payment_method_types": ["us_bank_account"]}
    intent = provider.v1.setup_intents.create(wanted, provider.options)
    form = {"key": PUBLISHABLE, "client_secret": intent.client_secret, "payment_method": "pm_usBankAccount_success"}
    address = f"{sandbox.url}/v1/setup_intents/{intent.id}/confirm"
    answer = http.post(address, data=form, headers={"User-Agent": "Payer's browser"}).json()
    assert answer["status"] == "succeeded"
    saved = provider.v1.setup_intents.retrieve(intent.id, {"expand": ["mandate"]}, provider.options)
    assert saved.mandate.customer_acceptance.online.user_agent == "Payer's browser"


def test_a_browser_verifies_with_the_client_secret_only(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    intent = provider.save_account(customer, account())
    form = {"key": PUBLISHABLE, "client_secret": intent.client_secret, "descriptor_code": "SM11AA"}
    address = f"{sandbox.url}/v1/setup_intents/{intent.id}/verify_microdeposits"
    assert http.post(address, data={**form, "client_secret": "x"}).status_code == 400
    assert http.post(address, data=form).json()["status"] == "succeeded"


def test_an_account_in_another_connected_account_is_unknown(provider: Provider, sandbox: Sandbox) -> None:
    customer = provider.v1.customers.create({}, provider.options)
    mandate = provider.save_account(customer.id).mandate
    other = provider.v1.accounts.create({"type": "standard"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.v1.mandates.retrieve(mandate, options={"stripe_account": other.id})
    assert refused.value.code == "resource_missing"


def test_paying_may_verify_the_account_first(provider: Provider, customer: str) -> None:
    wanted = {"amount": 2500, "currency": "usd", "customer": customer, "payment_method_types": ["us_bank_account"]}
    intent = provider.v1.payment_intents.create(
        {**wanted, "payment_method_data": account(), "mandate_data": AGREED, "confirm": True}, provider.options
    )
    assert intent.next_action.type == "verify_with_microdeposits"
    verified = provider.v1.payment_intents.verify_microdeposits(
        intent.id, {"descriptor_code": "SM11AA"}, provider.options
    )
    assert verified.status == "processing"
