"""Customers, cards, and saving a card without paying."""

from datetime import UTC, datetime

import pytest
import stripe

from tests.sandbox.conftest import PUBLISHABLE, Provider, Sandbox
from tests.sandbox.servers import http


def test_a_customer_is_kept_and_changed(provider: Provider, customer: str) -> None:
    provider.v1.customers.update(customer, {"name": "Lakeside HOA"}, provider.options)
    found = provider.v1.customers.retrieve(customer, options=provider.options)
    assert (found.name, found.email) == ("Lakeside HOA", "priya@lakeside.test")


@pytest.mark.parametrize(
    ("test_id", "brand", "funding", "last4"),
    [
        ("pm_card_visa", "visa", "credit", "4242"),
        ("pm_card_visa_debit", "visa", "debit", "5556"),
        ("pm_card_mastercard", "mastercard", "credit", "4444"),
        ("pm_card_mastercard_prepaid", "mastercard", "prepaid", "5100"),
    ],
)
def test_cards_say_what_they_are(
    provider: Provider, customer: str, test_id: str, brand: str, funding: str, last4: str
) -> None:
    method = provider.v1.payment_methods.attach(test_id, {"customer": customer}, provider.options)
    assert (method.card.brand, method.card.funding, method.card.last4) == (brand, funding, last4)


def test_the_same_number_has_the_same_fingerprint(provider: Provider, customer: str) -> None:
    attach = provider.v1.payment_methods.attach
    first, second, other = (
        attach(test_id, {"customer": customer}, provider.options)
        for test_id in ("pm_card_visa", "pm_card_visa", "pm_card_mastercard")
    )
    assert first.id != second.id
    assert first.card.fingerprint == second.card.fingerprint != other.card.fingerprint


def test_methods_are_listed_until_they_are_detached(provider: Provider, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_visa", {"customer": customer}, provider.options)
    listed = provider.v1.payment_methods.list({"customer": customer, "type": "card"}, provider.options)
    assert [found.id for found in listed.data] == [method.id]
    assert provider.v1.payment_methods.detach(method.id, options=provider.options).customer is None
    assert provider.v1.customers.payment_methods.list(customer, options=provider.options).data == []
    with pytest.raises(stripe.InvalidRequestError):
        provider.pay(method.id)


def test_a_declined_card_cannot_be_attached(provider: Provider, customer: str) -> None:
    with pytest.raises(stripe.CardError) as declined:
        provider.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer}, provider.options)
    assert declined.value.code == "card_declined"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"exp_month": "13"}, "invalid_expiry_month"),
        ({"exp_year": "2020"}, "invalid_expiry_year"),
        ({"cvc": "1"}, "invalid_cvc"),
    ],
)
def test_a_mistyped_card_is_refused(provider: Provider, sandbox: Sandbox, card: dict[str, str], code: str) -> None:
    whole = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2040", "cvc": "123", **card}
    with pytest.raises(stripe.CardError) as refused:
        provider.v1.payment_methods.create({"type": "card", "card": whole}, provider.options)
    assert refused.value.code == code


def test_a_card_is_saved_without_paying_and_then_pays(provider: Provider, customer: str) -> None:
    intent = provider.v1.setup_intents.create(
        {"customer": customer, "payment_method_types": ["card"], "payment_method": "pm_card_visa", "confirm": True},
        provider.options,
    )
    assert (intent.status, intent.usage) == ("succeeded", "off_session")
    assert provider.pay(intent.payment_method, customer=customer, off_session=True).status == "succeeded"


def test_saving_a_bad_card_fails_and_another_may_follow(provider: Provider, customer: str) -> None:
    intent = provider.v1.setup_intents.create({"customer": customer, "payment_method_types": ["card"]},
                                              provider.options)  # fmt: skip
    with pytest.raises(stripe.CardError) as declined:
        provider.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"}, provider.options)
    assert declined.value.error is not None
    assert declined.value.error.setup_intent is not None
    assert declined.value.error.setup_intent.status == "requires_payment_method"
    again = provider.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, provider.options)
    assert again.status == "succeeded"


def test_a_card_that_expires_soon_still_pays(provider: Provider, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_visa", {"customer": customer}, provider.options)
    today = datetime.now(UTC)
    soon = {"exp_month": today.month, "exp_year": today.year}
    provider.v1.payment_methods.update(method.id, {"card": soon}, provider.options)
    [listed] = provider.v1.customers.payment_methods.list(customer, options=provider.options).data
    assert (listed.card.exp_month, listed.card.exp_year) == (today.month, today.year)
    assert provider.pay(method.id, customer=customer, off_session=True).status == "succeeded"
    assert provider.events(method.id) == ["payment_method.attached", "payment_method.updated"]


def test_a_setup_can_be_canceled(provider: Provider, customer: str) -> None:
    intent = provider.v1.setup_intents.create({"customer": customer, "payment_method_types": ["card"]},
                                              provider.options)  # fmt: skip
    assert provider.v1.setup_intents.cancel(intent.id, {}, provider.options).status == "canceled"


def test_automatic_methods_ask_where_to_return(provider: Provider) -> None:
    wanted = {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        provider.v1.payment_intents.create(wanted, provider.options)
    automatic = {"enabled": True, "allow_redirects": "never"}
    paid = provider.v1.payment_intents.create({**wanted, "automatic_payment_methods": automatic}, provider.options)
    assert paid.status == "succeeded"


def answered_setup(
    provider: Provider, sandbox: Sandbox, customer: str, method: str, outcome: str
) -> stripe.SetupIntent:
    """A setup whose holder answered the bank."""
    wanted = {"customer": customer, "payment_method_types": ["card"], "payment_method": method, "confirm": True}
    intent = provider.v1.setup_intents.create(wanted, provider.options)
    assert intent.status == "requires_action"
    http.post(intent.next_action.use_stripe_sdk["stripe_js"], data={"outcome": outcome})
    found: stripe.SetupIntent = provider.v1.setup_intents.retrieve(intent.id, options=provider.options)
    return found


def test_a_card_set_up_with_its_holder_pays_without(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    intent = answered_setup(provider, sandbox, customer, "pm_card_authenticationRequiredOnSetup", "complete")
    assert intent.status == "succeeded"
    assert provider.pay(intent.payment_method, customer=customer, off_session=True).status == "succeeded"


def test_a_failed_challenge_saves_nothing(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    intent = answered_setup(provider, sandbox, customer, "pm_card_threeDSecure2Required", "fail")
    assert intent.status == "requires_payment_method"
    assert intent.last_setup_error is not None
    assert intent.last_setup_error.code == "setup_intent_authentication_failure"
    assert provider.v1.customers.payment_methods.list(customer, options=provider.options).data == []


def test_a_browser_confirms_with_the_client_secret_only(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    intent = provider.v1.setup_intents.create({"customer": customer, "payment_method_types": ["card"]},
                                              provider.options)  # fmt: skip
    address = f"{sandbox.url}/v1/setup_intents/{intent.id}/confirm"
    form = {"key": PUBLISHABLE, "payment_method": "pm_card_visa"}
    for secret in ("", "seti_secret_wrong"):
        refused = http.post(address, data={**form, "client_secret": secret})
        assert refused.status_code == 400
    answer = http.post(address, data={**form, "client_secret": intent.client_secret})
    assert answer.json()["status"] == "succeeded"
    assert "customer" not in answer.json()
    listed = provider.v1.customers.payment_methods.list(customer, options=provider.options)
    assert [method.card.last4 for method in listed.data] == ["4242"]
