"""Payment methods at the provider: entered in its fields or on its page, kept there."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast, get_args
from uuid import UUID

import stripe

from services.billing.processor.client import client, given, translated, uuid_in
from services.contracts.billing.methods import Funding
from services.contracts.principals import PaymentMethodType


@dataclass(frozen=True)
class KeptMethod:
    """A method that the provider has stored for a customer."""

    provider_id: str
    type: PaymentMethodType
    brand: str
    last4: str
    expires_on: date | None
    fingerprint: str
    funding: Funding = "unknown"


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


def create_customer(account: str, customer_id: UUID) -> str:
    """Makes the customer known to the provider, without a name: the id suffices; answers the provider's id."""
    with translated():
        customer = client().v1.customers.create(
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
    with translated():
        intent = client().v1.setup_intents.create(
            fields, {"stripe_account": account, "idempotency_key": f"setup-{setup_id}-intent"}
        )
        session = client().v1.checkout.sessions.create(
            hosted, {"stripe_account": account, "idempotency_key": f"setup-{setup_id}-session"}
        )
    assert intent.client_secret and session.url
    return StartedSetup(intent.id, session.id, intent.client_secret, session.url)


def forget_method(
    account: str, customer: str, provider_id: str, method_type: PaymentMethodType, fingerprint: str, until: datetime
) -> None:
    """Detaches a method from its customer, and the same card or account wherever it was entered before `until`."""
    with translated():
        stored = client().v1.payment_methods.list(
            {"customer": customer, "type": method_type, "limit": 100}, {"stripe_account": account}
        )
        for method in stored.auto_paging_iter():
            mark = given(_details(method), "fingerprint")
            is_same = mark == fingerprint and method.created <= until.timestamp()
            if method.id == provider_id or is_same:
                client().v1.payment_methods.detach(method.id, options={"stripe_account": account})


def read_setup(account: str, intent_id: str, session_id: str) -> list[KeptMethod]:
    """The methods entered through a setup's fields and through its page."""
    with translated():
        session = client().v1.checkout.sessions.retrieve(session_id, options={"stripe_account": account})
    chosen = session.setup_intent
    intents = [intent_id, chosen if isinstance(chosen, str) else chosen.id if chosen else None]
    finished = [read_setup_intent(account, each) for each in intents if each]
    return [each.method for each in finished if each.method]


def read_setup_intent(account: str, intent_id: str) -> FinishedSetup:
    """What came of a setup intent; its method is None until it has succeeded."""
    with translated():
        intent = client().v1.setup_intents.retrieve(
            intent_id, {"expand": ["payment_method"]}, {"stripe_account": account}
        )
    customer = intent.customer if isinstance(intent.customer, str) or intent.customer is None else intent.customer.id
    method = intent.payment_method if intent.status == "succeeded" else None
    kept = _kept(method) if isinstance(method, stripe.PaymentMethod) else None
    return FinishedSetup(customer, uuid_in(intent.metadata, "setup_id"), kept)


def _kept(method: stripe.PaymentMethod) -> KeptMethod | None:
    """The method as we keep it, or None where it was detached since, or is of a type that Portico does not take."""
    if method.customer is None or method.type not in get_args(PaymentMethodType):
        return None
    details = _details(method)
    return KeptMethod(
        provider_id=method.id,
        type=cast(PaymentMethodType, method.type),
        brand=details.brand if method.type == "card" else given(details, "bank_name") or "bank",
        last4=details.last4,
        expires_on=_last_day(details.exp_year, details.exp_month) if method.type == "card" else None,
        fingerprint=given(details, "fingerprint") or method.id,
        funding=_funding(given(details, "funding")) if method.type == "card" else "bank",
    )


def _details(method: stripe.PaymentMethod) -> Any:
    return method.card if method.type == "card" else method.us_bank_account


def _funding(told: str | None) -> Funding:
    return cast(Funding, told) if told in get_args(Funding) else "unknown"


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
