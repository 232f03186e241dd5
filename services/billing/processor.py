"""The payment provider: the only module that knows Stripe's SDK.

Every call names the company's connected account. What may be repeated carries an idempotency key made of
our own row's id, so that a repeat after a lost answer does nothing twice.
"""

import calendar
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, cast, get_args
from uuid import UUID

import requests
import stripe

from services.billing.settings import billing_settings
from services.contracts.principals import PaymentMethodType

API_VERSION = "2026-07-29.dahlia"
"""The newest that both the provider and the payment sandbox let name a setup's type of method in the same words."""

TIMEOUT_SECONDS = 5.0
RETRIES = 2
CONNECTIONS = 50
"""How many calls a process may have under way; as many as it has workers."""

IntentState = Literal["unconfirmed", "requires_action", "processing", "succeeded", "declined", "canceled"]


class ProviderError(Exception):
    """A call that did not bring an answer to go on with."""


class ProviderUnknown(ProviderError):
    """No answer, or that of a broken provider: the call may have taken effect or not."""


class RateLimited(ProviderError):
    """The provider asked us to slow down; this call was not carried out."""


class ProviderRefused(ProviderError):
    """The provider found the call wrong; repeating it would not help."""


class BadSignature(Exception):
    """A webhook that the provider did not sign."""


@dataclass(frozen=True)
class Order:
    """What the provider is told of a payment; `amount` in minor units."""

    payment_id: UUID
    account: str
    customer: str
    method: str
    amount: int
    currency: str
    description: str


@dataclass(frozen=True)
class Intent:
    """A payment as the provider sees it. `decline_code` says why where it was declined."""

    id: str
    state: IntentState
    payment_id: UUID | None
    decline_code: str | None = None


@dataclass(frozen=True)
class Secret:
    """What lets a payer finish a payment: in the provider's fields, or on its page, whose address holds it too."""

    client_secret: str
    action_url: str | None


@dataclass(frozen=True)
class KeptMethod:
    """A method that the provider has stored for a customer."""

    provider_id: str
    type: PaymentMethodType
    brand: str
    last4: str
    expires_on: date | None
    fingerprint: str


@dataclass(frozen=True)
class StartedSetup:
    """Where a payer enters a new method: `client_secret` for the fields, `hosted_url` for the page."""

    intent_id: str
    session_id: str
    client_secret: str
    hosted_url: str


@dataclass(frozen=True)
class FinishedSetup:
    """What came of a setup intent; `customer` is the provider's id."""

    customer: str | None
    setup_id: UUID | None
    method: KeptMethod | None


@dataclass(frozen=True)
class Notice:
    """A webhook: which of whose objects something happened to."""

    event_id: str
    type: str
    account: str | None
    object_id: str


@cache
def _client() -> stripe.StripeClient:
    settings = billing_settings()
    stripe.enable_telemetry = False
    logging.getLogger("stripe").setLevel(logging.WARNING)
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS))
    return stripe.StripeClient(
        settings.stripe_api_key.get_secret_value(),
        stripe_version=API_VERSION,
        base_addresses={"api": settings.stripe_api_base} if settings.stripe_api_base else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS, session=session),
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the SDK's errors into ours; a card's decline passes, for it is an answer."""
    try:
        yield
    except stripe.CardError:
        raise
    except stripe.RateLimitError as error:
        raise RateLimited(_told(error)) from error
    except stripe.APIConnectionError as error:
        raise ProviderUnknown(_told(error)) from error
    except stripe.StripeError as error:
        broken = error.http_status is None or error.http_status >= 500 or error.http_status == 409
        raise (ProviderUnknown if broken else ProviderRefused)(_told(error)) from error


def _told(error: stripe.StripeError) -> str:
    """The error for a log: its kind, code and request, without the provider's text, which may quote input."""
    return f"{type(error).__name__} {error.code or error.http_status or ''} {error.request_id or ''}".strip()


# Payments


def create_payment(order: Order) -> str:
    """Makes an unconfirmed intent, which moves nothing by itself; answers its id."""
    with _translated():
        intent = _client().v1.payment_intents.create(
            {
                "amount": order.amount,
                "currency": order.currency.lower(),
                "customer": order.customer,
                "payment_method": order.method,
                "description": order.description,
                "metadata": {"payment_id": str(order.payment_id)},
            },
            {"stripe_account": order.account, "idempotency_key": f"payment-{order.payment_id}-create"},
        )
    return intent.id


def confirm_payment(account: str, intent_id: str, payment_id: UUID, return_url: str) -> Intent:
    """Charges, or learns why not. This is the one call that moves money."""
    try:
        with _translated():
            return _intent(
                _client().v1.payment_intents.confirm(
                    intent_id,
                    {"return_url": return_url},
                    {"stripe_account": account, "idempotency_key": f"payment-{payment_id}-confirm"},
                )
            )
    except stripe.CardError as error:
        return Intent(intent_id, "declined", payment_id, decline_code=_decline_code(error.error))


def read_payment(account: str, intent_id: str) -> Intent:
    """The intent as it is now."""
    with _translated():
        return _intent(_client().v1.payment_intents.retrieve(intent_id, options={"stripe_account": account}))


def cancel_payment(account: str, intent_id: str, payment_id: UUID) -> Intent:
    """Sees to it that an intent never charges; answers what it has become, which may be succeeded."""
    options: stripe.RequestOptions = {
        "stripe_account": account,
        "idempotency_key": f"payment-{payment_id}-cancel",
    }
    try:
        with _translated():
            return _intent(_client().v1.payment_intents.cancel(intent_id, options=options))
    except ProviderRefused:
        return read_payment(account, intent_id)


def payment_secret(account: str, intent_id: str) -> Secret:
    """What lets the payer's browser finish the payment, as it is now."""
    with _translated():
        intent = _client().v1.payment_intents.retrieve(intent_id, options={"stripe_account": account})
    assert intent.client_secret
    return Secret(intent.client_secret, _given(_given(intent.next_action, "redirect_to_url"), "url"))


def _intent(intent: stripe.PaymentIntent) -> Intent:
    error = intent.last_payment_error
    return Intent(
        id=intent.id,
        state=_state(intent.status, declined=error is not None),
        payment_id=_uuid(intent.metadata, "payment_id"),
        decline_code=_decline_code(error) if error else None,
    )


def _state(status: str, *, declined: bool) -> IntentState:
    if status in ("requires_payment_method", "requires_confirmation"):
        return "declined" if declined else "unconfirmed"
    if status in ("requires_action", "processing", "succeeded", "canceled"):
        return cast(IntentState, status)
    raise ProviderUnknown(f"a payment intent is {status}")


def _decline_code(error: Any) -> str:
    """The bank's reason; the generic one says less than the error's own code."""
    reason = _given(error, "decline_code")
    return (reason if reason != "generic_decline" else None) or _given(error, "code") or "card_declined"


# Payment methods


def create_customer(account: str, customer_id: UUID) -> str:
    """Makes the customer known to the provider, without a name: the id suffices; answers the provider's id."""
    with _translated():
        customer = _client().v1.customers.create(
            {"metadata": {"customer_id": str(customer_id)}},
            {"stripe_account": account, "idempotency_key": f"customer-{customer_id}"},
        )
    return customer.id


def start_setup(
    account: str, customer: str, method_type: PaymentMethodType, return_url: str, setup_id: UUID
) -> StartedSetup:
    """Opens both ways to enter a method: a setup intent for the fields, a session for the hosted page."""
    metadata = {"setup_id": str(setup_id)}
    wanted: Any = {"customer": customer, "payment_method_types": [method_type]}
    fields: Any = {**wanted, "usage": "off_session", "metadata": metadata}
    hosted: Any = {
        **wanted,
        "mode": "setup",
        "success_url": return_url,
        "cancel_url": return_url,
        "setup_intent_data": {"metadata": metadata},
    }
    with _translated():
        intent = _client().v1.setup_intents.create(
            fields, {"stripe_account": account, "idempotency_key": f"setup-{setup_id}-intent"}
        )
        session = _client().v1.checkout.sessions.create(
            hosted, {"stripe_account": account, "idempotency_key": f"setup-{setup_id}-session"}
        )
    assert intent.client_secret and session.url
    return StartedSetup(intent.id, session.id, intent.client_secret, session.url)


def read_setup(account: str, intent_id: str, session_id: str) -> list[KeptMethod]:
    """The methods entered through a setup's fields and through its page."""
    with _translated():
        session = _client().v1.checkout.sessions.retrieve(session_id, options={"stripe_account": account})
    chosen = session.setup_intent
    intents = [intent_id, chosen if isinstance(chosen, str) else chosen.id if chosen else None]
    finished = [read_setup_intent(account, each) for each in intents if each]
    return [each.method for each in finished if each.method]


def read_setup_intent(account: str, intent_id: str) -> FinishedSetup:
    """What came of a setup intent; its method is None until it has succeeded."""
    with _translated():
        intent = _client().v1.setup_intents.retrieve(
            intent_id, {"expand": ["payment_method"]}, {"stripe_account": account}
        )
    customer = intent.customer if isinstance(intent.customer, str) or intent.customer is None else intent.customer.id
    method = intent.payment_method if intent.status == "succeeded" else None
    kept = _kept(method) if isinstance(method, stripe.PaymentMethod) else None
    return FinishedSetup(customer, _uuid(intent.metadata, "setup_id"), kept)


def _kept(method: stripe.PaymentMethod) -> KeptMethod | None:
    """The method as we keep it, or None where it is of a type that Portico does not take."""
    if method.type not in get_args(PaymentMethodType):
        return None
    details: Any = method.card if method.type == "card" else method.us_bank_account
    return KeptMethod(
        provider_id=method.id,
        type=cast(PaymentMethodType, method.type),
        brand=details.brand if method.type == "card" else _given(details, "bank_name") or "bank",
        last4=details.last4,
        expires_on=_last_day(details.exp_year, details.exp_month) if method.type == "card" else None,
        fingerprint=_given(details, "fingerprint") or method.id,
    )


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


# Webhooks


def read_notice(payload: str, signature: str) -> Notice:
    """What a webhook is about; raises BadSignature for one that is not the provider's, or too old."""
    secret = billing_settings().stripe_webhook_secret.get_secret_value()
    try:
        event = stripe.Webhook.construct_event(payload, signature, secret)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise BadSignature from error
    account = _given(event, "account")
    return Notice(event.id, event.type, account, _given(event.data.object, "id") or "")


def _given(thing: Any, name: str) -> Any:
    """A field that the provider may leave out; the SDK raises where it did."""
    return getattr(thing, name, None)


def _uuid(metadata: Any, name: str) -> UUID | None:
    """An id that we left on the provider's object; None where it is not ours."""
    try:
        return UUID(metadata[name])
    except (KeyError, TypeError, ValueError):
        return None
