"""The hosted page, used as a browser without JavaScript uses it."""

from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox.conftest import Provider, Sandbox
from tests.sandbox.servers import http

BACK = "https://portal.example/paid?session={CHECKOUT_SESSION_ID}"
CARD = {"expiry": "12 / 40", "cvc": "123", "name": "Priya Shah", "postal": "78701"}


def payment_session(provider: Provider, **more: Any) -> Any:
    """A page that asks for 12.50."""
    price = {"currency": "usd", "unit_amount": 1250, "product_data": {"name": "Invoice INV-2026-00042"}}
    wanted = {
        "mode": "payment",
        "success_url": BACK,
        "cancel_url": "https://portal.example/pay",
        "customer_email": "guest@lakeside.test",
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": {"metadata": {"payment": "7"}},
        "payment_method_types": ["card"],
    }
    return provider.v1.checkout.sessions.create({**wanted, **more}, provider.options)


def setup_session(provider: Provider, customer: str) -> Any:
    """A page that saves a card."""
    wanted = {"mode": "setup", "customer": customer, "success_url": BACK, "payment_method_types": ["card"]}
    return provider.v1.checkout.sessions.create(wanted, provider.options)


def enter(session: Any, number: str, **more: str) -> httpx.Response:
    """Sends the form of the page."""
    return http.post(session.url, data={**CARD, "number": number, **more})


def answer_challenge(response: httpx.Response, outcome: str) -> httpx.Response:
    """Follows the redirect to the bank, answers it, and comes back to the page."""
    assert response.status_code == 303
    challenge = response.headers["location"]
    assert "Is this you?" in http.get(challenge).text
    answered = http.post(challenge, data={"outcome": outcome})
    return http.get(answered.headers["location"])


def found(provider: Provider, session: Any) -> Any:
    """The session as it is now."""
    return provider.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}, provider.options)


def test_a_session_is_open_until_somebody_pays(provider: Provider) -> None:
    session = payment_session(provider)
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 1250)
    assert session.url


def test_a_card_pays_on_the_page_and_the_payer_is_sent_back(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    paid = enter(session, "4242 4242 4242 4242")
    assert paid.headers["location"] == BACK.replace("{CHECKOUT_SESSION_ID}", session.id)
    now = found(provider, session)
    assert (now.status, now.payment_status, now.url) == ("complete", "paid", None)
    assert now.customer_details.email == "guest@lakeside.test"
    assert (now.payment_intent.status, now.payment_intent.metadata["payment"]) == ("succeeded", "7")


def test_sending_the_form_twice_pays_once(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    assert enter(session, "4242424242424242").status_code == 303
    assert enter(session, "4242424242424242").status_code == 303
    assert len(sandbox.ledger(provider.options["stripe_account"])) == 1


def test_after_a_decline_the_page_asks_for_another_card(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    declined = enter(session, "4000000000009995")
    assert declined.status_code == 422
    assert "insufficient funds" in declined.text
    assert "4000000000009995" not in declined.text
    assert found(provider, session).status == "open"
    assert enter(session, "4242424242424242").status_code == 303
    assert len(sandbox.ledger(provider.options["stripe_account"])) == 1


@pytest.mark.parametrize(
    ("entry", "field"),
    [({"number": "4242424242424241"}, "number"), ({"expiry": "12 / 20"}, "expiry"), ({"cvc": ""}, "cvc")],
)
def test_a_mistyped_field_is_marked(provider: Provider, sandbox: Sandbox, entry: dict[str, str], field: str) -> None:
    answer = http.post(payment_session(provider).url, data={**CARD, "number": "4242424242424242", **entry})
    assert answer.status_code == 422
    marked = answer.text.split(f'id="{field}"')[1].split(">")[0]
    assert 'aria-invalid="true"' in marked
    assert answer.text.count('aria-invalid="true"') == 1


def test_the_bank_may_ask_the_payer(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    back = answer_challenge(enter(session, "4000000000003220"), "complete")
    assert back.headers["location"].startswith("https://portal.example/paid")
    assert found(provider, session).payment_status == "paid"


def test_a_payer_who_does_not_come_back_from_the_bank_has_paid_once(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    challenge = enter(session, "4000000000003220").headers["location"]
    http.post(challenge, data={"outcome": "complete"})
    assert found(provider, session).status == "complete"
    assert enter(session, "4242424242424242").headers["location"].startswith("https://portal.example/paid")
    assert len(sandbox.ledger(provider.options["stripe_account"])) == 1


def test_a_failed_challenge_leaves_the_page_open(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    back = answer_challenge(enter(session, "4000000000003220"), "fail")
    assert "unable to authenticate" in back.text
    assert found(provider, session).status == "open"
    assert sandbox.ledger(provider.options["stripe_account"]) == []


def test_a_challenge_is_answered_once(provider: Provider, sandbox: Sandbox) -> None:
    challenge = enter(payment_session(provider), "4000000000003220").headers["location"]
    for outcome in ("fail", "complete"):
        http.post(challenge, data={"outcome": outcome})
    assert sandbox.ledger(provider.options["stripe_account"]) == []


def test_a_card_is_saved_on_the_page(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    session = setup_session(provider, customer)
    assert session.setup_intent
    assert enter(session, "5555555555554444").status_code == 303
    listed = provider.v1.customers.payment_methods.list(customer, options=provider.options)
    assert [method.card.last4 for method in listed.data] == ["4444"]
    assert provider.pay(listed.data[0].id, customer=customer, off_session=True).status == "succeeded"


def test_an_expired_page_takes_no_card(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    session = setup_session(provider, customer)
    expired = provider.v1.checkout.sessions.expire(session.id, options=provider.options)
    assert (expired.status, expired.url) == ("expired", None)
    assert enter(session, "4242424242424242").status_code == 410
    intent = provider.v1.setup_intents.retrieve(session.setup_intent, options=provider.options)
    assert intent.status == "canceled"


def test_the_intent_of_a_page_is_moved_by_the_page_alone(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    session = setup_session(provider, customer)
    for act in (provider.v1.setup_intents.cancel, provider.v1.setup_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError, match="Checkout Session"):
            act(session.setup_intent, {}, provider.options)


def test_the_page_names_the_business_and_the_amount(provider: Provider, sandbox: Sandbox) -> None:
    page = http.get(payment_session(provider).url)
    assert "Evergreen Grounds" in page.text
    assert "$12.50" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert http.get(f"{sandbox.url}/c/pay/cs_test_unknown").status_code == 404


def enter_account(session: Any, **more: str) -> httpx.Response:
    """Sends the form for a bank account."""
    numbers = {"routing": "110000000", "account": "000123456789", "holder": "Priya Shah"}
    return http.post(session.url, data={"type": "us_bank_account", **numbers, **more})


def test_a_debit_that_is_returned_leaves_the_page_unpaid(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider, payment_method_types=["us_bank_account"])
    assert enter_account(session, verification="instant").status_code == 303
    now = found(provider, session)
    assert (now.status, now.payment_status, now.payment_intent.status) == ("complete", "unpaid", "processing")
    sandbox.post(f"/sandbox/payment_intents/{now.payment_intent.id}/fail", code="R01")
    assert found(provider, session).payment_status == "unpaid"
    assert provider.events(session.id) == ["checkout.session.completed", "checkout.session.async_payment_failed"]


def test_a_payment_waits_for_the_deposits_of_its_account(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider, payment_method_types=["us_bank_account"])
    assert enter_account(session).status_code == 303
    intent = found(provider, session).payment_intent
    address = intent.next_action.verify_with_microdeposits.hosted_verification_url
    assert http.get(f"{address}x").status_code == 404
    for code, told in (("SM99ZZ", "does not match"), ("SM11AA", "is verified"), ("SM11AA", "Nothing is left")):
        assert told in http.post(address, data={"code": code}).text
    assert found(provider, session).payment_intent.status == "processing"


def test_the_page_agrees_to_the_mandate_for_its_payer(provider: Provider, sandbox: Sandbox, customer: str) -> None:
    wanted = {"mode": "setup", "customer": customer, "success_url": BACK, "payment_method_types": ["us_bank_account"]}
    session = provider.v1.checkout.sessions.create(wanted, provider.options)
    assert enter_account(session, verification="instant").status_code == 303
    intent = provider.v1.setup_intents.retrieve(session.setup_intent, {"expand": ["mandate"]}, provider.options)
    assert intent.mandate.status == "active"
    assert intent.mandate.customer_acceptance.online.ip_address == "127.0.0.1"
    assert "httpx" in intent.mandate.customer_acceptance.online.user_agent


def test_a_page_for_cards_takes_no_bank_account(provider: Provider, sandbox: Sandbox) -> None:
    session = payment_session(provider)
    assert enter_account(session).status_code == 422
    assert found(provider, session).status == "open"


def test_a_page_in_other_money_takes_no_bank_account(provider: Provider) -> None:
    price = {"currency": "cad", "unit_amount": 1250, "product_data": {"name": "Invoice INV-2026-00042"}}
    with pytest.raises(stripe.InvalidRequestError, match="currency"):
        payment_session(
            provider, payment_method_types=["us_bank_account"], line_items=[{"price_data": price, "quantity": 1}]
        )
