"""Payments at the provider: made unconfirmed, confirmed, read, cancelled."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args
from uuid import UUID

import stripe

from services.billing.processor import memos
from services.billing.processor.client import ProviderRefused, ProviderUnknown, client, given, translated, uuid_in
from services.billing.processor.memos import Memo
from services.contracts.principals import PaymentMethodType

IntentState = Literal["unconfirmed", "requires_action", "processing", "succeeded", "declined", "canceled"]

HOSTED = "hosted"
"""The mark on an intent that the provider's own page makes."""


@dataclass(frozen=True)
class Order:
    """What the provider is told of a payment; `amount` in minor units."""

    payment_id: UUID
    account: str
    customer: str
    method: str
    method_type: PaymentMethodType
    amount: int
    currency: str
    description: str
    memo: Memo


@dataclass(frozen=True)
class Origin:
    """How an intent began, for books that do not know its payment; `amount` in minor units."""

    memo: Memo
    amount: int
    currency: str
    customer: str
    method: str
    method_type: PaymentMethodType
    created_at: datetime


@dataclass(frozen=True)
class Intent:
    """A payment as the provider sees it. `decline_code` says why where it was declined."""

    id: str
    state: IntentState
    payment_id: UUID | None
    decline_code: str | None = None
    brand: str = ""
    """With `last4`, what it was last tried to be paid with; empty where the provider was not asked for it."""
    last4: str = ""
    is_hosted: bool = False
    """Whether the provider's own page made it."""
    origin: Origin | None = None
    """Where it says which invoices it pays, as we do."""


@dataclass(frozen=True)
class Secret:
    """What lets a payer finish a payment: in the provider's fields, or on its page, whose address holds it too."""

    client_secret: str
    action_url: str | None


def create_payment(order: Order) -> str:
    """Makes an unconfirmed intent, which moves nothing by itself; answers its id."""
    # The SDK's newest types call `payment_method_types` otherwise; the pinned version of the API does not.
    wanted: Any = {
        "amount": order.amount,
        "currency": order.currency.lower(),
        "customer": order.customer,
        "payment_method": order.method,
        "payment_method_types": [order.method_type],
        "description": order.description,
        "metadata": order.memo.written(),
    }
    options: stripe.RequestOptions = {
        "stripe_account": order.account,
        "idempotency_key": f"payment-{order.payment_id}-create",
    }
    with translated():
        intent = client().v1.payment_intents.create(wanted, options)
    return intent.id


def confirm_payment(
    account: str, intent_id: str, payment_id: UUID, return_url: str, *, off_session: bool = False
) -> Intent:
    """Charges, or learns why not. This is the one call that moves money.

    `off_session`: the payer is not there to confirm at the bank, which then declines instead of asking.
    """
    wanted: Any = {"off_session": True} if off_session else {"return_url": return_url}
    try:
        with translated():
            return _intent(
                client().v1.payment_intents.confirm(
                    intent_id,
                    wanted,
                    {"stripe_account": account, "idempotency_key": f"payment-{payment_id}-confirm"},
                )
            )
    except stripe.CardError as error:
        return Intent(intent_id, "declined", payment_id, decline_code=_decline_code(error.error))


def read_payment(account: str, intent_id: str) -> Intent:
    """The intent as it is now."""
    with translated():
        wanted: Any = {"expand": ["payment_method"]}
        return _intent(client().v1.payment_intents.retrieve(intent_id, wanted, {"stripe_account": account}))


def payments_since(account: str, since: datetime) -> list[Intent]:
    """All that were made at an account since then, the oldest first."""
    wanted: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.payment_method"]}
    with translated():
        listed = client().v1.payment_intents.list(wanted, {"stripe_account": account})
        return [_intent(each) for each in listed.auto_paging_iter()][::-1]


def cancel_payment(account: str, intent_id: str, payment_id: UUID) -> Intent:
    """Sees to it that an intent never charges; answers what it has become, which may be succeeded."""
    options: stripe.RequestOptions = {
        "stripe_account": account,
        "idempotency_key": f"payment-{payment_id}-cancel",
    }
    try:
        with translated():
            return _intent(client().v1.payment_intents.cancel(intent_id, options=options))
    except ProviderRefused:
        return read_payment(account, intent_id)


def payment_secret(account: str, intent_id: str) -> Secret:
    """What lets the payer's browser finish the payment, as it is now."""
    with translated():
        intent = client().v1.payment_intents.retrieve(intent_id, options={"stripe_account": account})
    assert intent.client_secret
    return Secret(intent.client_secret, given(given(intent.next_action, "redirect_to_url"), "url"))


def _intent(intent: stripe.PaymentIntent) -> Intent:
    error = intent.last_payment_error
    return Intent(
        id=intent.id,
        state=_state(intent.status, declined=error is not None),
        payment_id=uuid_in(intent.metadata, "payment_id"),
        decline_code=_decline_code(error) if error else None,
        is_hosted=HOSTED in (intent.metadata or {}),
        origin=_origin(intent),
        **_recognised(intent.payment_method),
    )


def _origin(intent: stripe.PaymentIntent) -> Origin | None:
    memo = memos.read(intent.metadata.to_dict(), intent.amount) if intent.metadata else None
    method, kinds = intent.payment_method, intent.payment_method_types
    method_type = method.type if isinstance(method, stripe.PaymentMethod) else kinds[0] if kinds else ""
    if memo is None or method_type not in get_args(PaymentMethodType):
        return None
    return Origin(
        memo=memo,
        amount=intent.amount,
        currency=intent.currency.upper(),
        customer=_id(intent.customer),
        method=_id(method),
        method_type=cast(PaymentMethodType, method_type),
        created_at=datetime.fromtimestamp(intent.created, UTC),
    )


def _id(reference: Any) -> str:
    """Of what may be told whole, by its id, or not at all."""
    return reference if isinstance(reference, str) else str(given(reference, "id") or "")


def _recognised(method: Any) -> dict[str, str]:
    """What a payer recognises a method by, where the provider told it."""
    if not isinstance(method, stripe.PaymentMethod):
        return {}
    if method.type == "card":
        assert method.card
        return {"brand": method.card.brand, "last4": method.card.last4}
    bank = method.us_bank_account
    return {"brand": given(bank, "bank_name") or "bank", "last4": given(bank, "last4") or ""} if bank else {}


def _state(status: str, *, declined: bool) -> IntentState:
    if status in ("requires_payment_method", "requires_confirmation"):
        return "declined" if declined else "unconfirmed"
    if status in ("requires_action", "processing", "succeeded", "canceled"):
        return cast(IntentState, status)
    raise ProviderUnknown(f"a payment intent is {status}")


def _decline_code(error: Any) -> str:
    """The bank's reason; the generic one says less than the error's own code."""
    reason = given(error, "decline_code")
    return (reason if reason != "generic_decline" else None) or given(error, "code") or "card_declined"
