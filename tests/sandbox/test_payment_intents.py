"""Paying by card, and every way in which that does not work."""

import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox


def test_a_card_pays_and_the_charge_tells_how(provider: Provider, customer: str) -> None:
    intent = provider.pay(
        "pm_card_visa", customer=customer, metadata={"payment": "7"}, expand=["latest_charge.balance_transaction"]
    )
    charge = intent.latest_charge
    assert (intent.status, intent.amount_received, intent.livemode) == ("succeeded", 2500, False)
    assert (charge.paid, charge.amount, charge.metadata["payment"]) == (True, 2500, "7")
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.balance_transaction.net == 2500 - charge.balance_transaction.fee
    assert provider.v1.charges.retrieve(charge.id, options=provider.options).payment_intent == intent.id


def test_an_intent_is_created_first_and_confirmed_later(provider: Provider) -> None:
    created = provider.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method_types": ["card"]}, provider.options
    )
    assert (created.status, created.latest_charge) == ("requires_payment_method", None)
    confirmed = provider.v1.payment_intents.confirm(created.id, {"payment_method": "pm_card_visa"}, provider.options)
    assert confirmed.status == "succeeded"


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_declined_card_says_why(provider: Provider, method: str, code: str, decline_code: str | None) -> None:
    with pytest.raises(stripe.CardError) as declined:
        provider.pay(method)
    error = declined.value.error
    assert error is not None
    assert (declined.value.http_status, error.type, error.code) == (402, "card_error", code)
    if decline_code:
        assert error.decline_code == decline_code
    assert error.payment_intent is not None
    assert error.payment_intent.status == "requires_payment_method"


def test_after_a_decline_another_card_pays_the_same_intent(provider: Provider) -> None:
    intent = provider.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method_types": ["card"]}, provider.options
    )
    with pytest.raises(stripe.CardError):
        provider.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"}, provider.options)
    declined = provider.v1.payment_intents.retrieve(intent.id, options=provider.options)
    assert declined.last_payment_error.code == "card_declined"
    assert declined.payment_method is None
    paid = provider.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, provider.options)
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)


def test_a_paid_intent_is_not_paid_again(provider: Provider) -> None:
    intent = provider.pay("pm_card_visa")
    for act in (provider.v1.payment_intents.confirm, provider.v1.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id, {}, provider.options)
        assert refused.value.code == "payment_intent_unexpected_state"


def test_a_canceled_intent_is_not_paid(provider: Provider) -> None:
    intent = provider.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method_types": ["card"]}, provider.options
    )
    canceled = provider.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"}, provider.options)
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, provider.options)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_card_that_asks_its_holder_leaves_the_intent_waiting(provider: Provider) -> None:
    intent = provider.pay("pm_card_threeDSecure2Required", return_url="https://portal.example/back")
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    assert intent.next_action.redirect_to_url.return_url == "https://portal.example/back"
    assert provider.pay("pm_card_threeDSecure2Required").next_action.type == "use_stripe_sdk"


def test_without_its_holder_such_a_card_is_declined(provider: Provider, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer},
                                                provider.options)  # fmt: skip
    with pytest.raises(stripe.CardError) as declined:
        provider.pay(method.id, customer=customer, off_session=True)
    assert declined.value.code == "authentication_required"


def test_a_card_may_be_attached_and_still_fail_to_pay(provider: Provider, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer},
                                                provider.options)  # fmt: skip
    with pytest.raises(stripe.CardError) as declined:
        provider.pay(method.id, customer=customer)
    assert declined.value.code == "card_declined"


def test_a_method_of_nobody_pays_once(provider: Provider) -> None:
    method = provider.pay("pm_card_visa").payment_method
    with pytest.raises(stripe.InvalidRequestError):
        provider.pay(method)


def test_a_method_is_not_used_for_another_customer(provider: Provider, customer: str) -> None:
    method = provider.v1.payment_methods.attach("pm_card_visa", {"customer": customer}, provider.options)
    other = provider.v1.customers.create({}, provider.options)
    for more in ({"customer": other.id}, {}):
        with pytest.raises(stripe.InvalidRequestError):
            provider.pay(method.id, **more)


def test_a_card_can_be_kept_for_later_while_paying(provider: Provider, customer: str) -> None:
    intent = provider.pay("pm_card_mastercard", customer=customer, setup_future_usage="off_session")
    kept = provider.v1.payment_methods.retrieve(intent.payment_method, options=provider.options)
    assert (kept.customer, kept.card.brand, kept.card.funding) == (customer, "mastercard", "credit")
    assert provider.pay(kept.id, customer=customer, off_session=True).status == "succeeded"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 49}, "amount_too_small"),
        ({"amount": 100_000_000}, "amount_too_large"),
        ({"amount": "12.50"}, "parameter_invalid_integer"),
        ({"amount": None}, "parameter_missing"),
        ({"surprise": "1"}, "parameter_unknown"),
        ({"customer": "cus_nobody"}, "resource_missing"),
    ],
)
def test_nonsense_is_refused_by_name(provider: Provider, change: dict[str, object], code: str) -> None:
    wanted = {name: value for name, value in {**provider.paid("pm_card_visa"), **change}.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        provider.v1.payment_intents.create(wanted, provider.options)
    assert refused.value.code == code


def test_metadata_is_merged_and_an_empty_value_deletes(provider: Provider) -> None:
    intent = provider.pay("pm_card_visa", metadata={"a": "1", "b": "2"})
    changed = provider.v1.payment_intents.update(intent.id, {"metadata": {"b": "", "c": "3"}}, provider.options)
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}


def test_intents_are_listed_by_customer_newest_first(provider: Provider, customer: str) -> None:
    made = [provider.pay("pm_card_visa", amount, customer=customer).id for amount in (100, 200, 300)]
    first = provider.v1.payment_intents.list({"customer": customer, "limit": 2}, provider.options)
    assert [intent.id for intent in first.data] == [made[2], made[1]]
    assert first.has_more
    rest = provider.v1.payment_intents.list({"customer": customer, "starting_after": made[1]}, provider.options)
    assert ([intent.id for intent in rest.data], rest.has_more) == ([made[0]], False)


def test_the_ledger_lists_what_moved_and_nothing_else(provider: Provider, sandbox: Sandbox) -> None:
    paid = provider.pay("pm_card_visa", 700, metadata={"invoice": "INV-1"})
    with pytest.raises(stripe.CardError):
        provider.pay("pm_card_chargeDeclined")
    entries = sandbox.ledger(provider.options["stripe_account"])
    assert [(entry["payment_intent"], entry["amount"]) for entry in entries] == [(paid.id, 700)]
    assert entries[0]["metadata"] == {"invoice": "INV-1"}
