"""Who may ask, and that accounts do not see each other."""

import pytest
import stripe

from tests.sandbox.conftest import PUBLISHABLE, Provider, Sandbox, client_of


def test_a_wrong_key_is_refused(sandbox: Sandbox) -> None:
    stranger = client_of(sandbox.url, "sk_test_wrong")
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        stranger.v1.customers.create({})


def test_a_publishable_key_makes_no_server_calls(sandbox: Sandbox) -> None:
    browser = client_of(sandbox.url, PUBLISHABLE)
    with pytest.raises(stripe.AuthenticationError) as refused:
        browser.v1.customers.create({})
    assert refused.value.error is not None
    assert refused.value.error.code == "secret_key_required"


def test_an_account_that_is_not_there_is_forbidden(provider: Provider) -> None:
    with pytest.raises(stripe.PermissionError) as refused:
        provider.v1.customers.create({}, {"stripe_account": "acct_1NoSuchAccount00"})
    assert refused.value.error is not None
    assert refused.value.error.code == "account_invalid"


def test_an_account_does_not_see_the_customers_of_another(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    other = {"stripe_account": provider.v1.accounts.create({"type": "standard"}).id}
    for options in (other, {}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            provider.v1.customers.retrieve(customer, options=options)
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_an_account_cannot_charge_the_method_of_another(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_visa", {"customer": customer}, provider.options)
    other = {"stripe_account": provider.v1.accounts.create({"type": "standard"}).id}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.v1.payment_intents.create(provider.paid(method.id), other)
    assert refused.value.code == "resource_missing"


def test_an_account_is_retrieved_as_created(provider: Provider, sandbox: Sandbox) -> None:
    account = provider.v1.accounts.retrieve(provider.options["stripe_account"])
    assert account.business_profile.name == "Evergreen Grounds"
    assert account.charges_enabled
