"""Payment methods at the provider: entered in its fields or on its page, kept there."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast, get_args
from uuid import UUID

import stripe

from services.billing.processor.client import client, given, translated, uuid_in
from services.contracts.billing.methods import Funding
from services.contracts.principals import PaymentMethodType


@dataclass(frozen=True)
class ToldMandate:
    """The holder's agreement to debits, as the provider took it down."""

    id: str
    accepted_at: datetime
    ip: str
    user_agent: str


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
    verification_url: str | None = None
    """Where the holder of a bank account proves that it is theirs; None where nothing is left to be proved."""
    mandate: ToldMandate | None = None


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
    """What came of a setup intent; its method is None until it has succeeded, or waits for micro-deposits."""
    with translated():
        intent = client().v1.setup_intents.retrieve(
            intent_id, {"expand": ["payment_method", "mandate"]}, {"stripe_account": account}
        )
    customer = intent.customer if isinstance(intent.customer, str) or intent.customer is None else intent.customer.id
    return FinishedSetup(customer, uuid_in(intent.metadata, "setup_id"), _kept(intent))


def _kept(intent: stripe.SetupIntent) -> KeptMethod | None:
    """The method as we keep it, or None where there is none, or it was detached since."""
    method, verification_url = intent.payment_method, _verification_url(intent)
    is_entered = intent.status == "succeeded" or verification_url is not None
    if not is_entered or not isinstance(method, stripe.PaymentMethod) or method.type not in get_args(PaymentMethodType):
        return None
    if method.customer is None and verification_url is None:
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
        verification_url=verification_url,
        mandate=_mandate(intent),
    )


def _verification_url(intent: stripe.SetupIntent) -> str | None:
    """The provider's page for the micro-deposits, while they are awaited."""
    if intent.status != "requires_action":
        return None
    url: str | None = given(given(intent.next_action, "verify_with_microdeposits"), "hosted_verification_url")
    return url


def _mandate(intent: stripe.SetupIntent) -> ToldMandate | None:
    if not isinstance(intent.mandate, stripe.Mandate):
        return None
    acceptance = intent.mandate.customer_acceptance
    online, accepted_at = given(acceptance, "online"), given(acceptance, "accepted_at") or intent.created
    return ToldMandate(
        id=intent.mandate.id,
        accepted_at=datetime.fromtimestamp(accepted_at, UTC),
        ip=given(online, "ip_address") or "",
        user_agent=given(online, "user_agent") or "",
    )


def _details(method: stripe.PaymentMethod) -> Any:
    return method.card if method.type == "card" else method.us_bank_account


def _funding(told: str | None) -> Funding:
    return cast(Funding, told) if told in get_args(Funding) else "unknown"


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
