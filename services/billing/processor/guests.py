"""Payments of guests at the provider: confirmed by the payer, in its fields or on its own page."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.billing.processor.client import ProviderRefused, client, translated
from services.billing.processor.intents import HOSTED, Intent, read_payment
from services.billing.processor.memos import Memo
from services.contracts.principals import PaymentMethodType


@dataclass(frozen=True)
class GuestOrder:
    """What the provider is told of a guest's payment; amounts in minor units, of which `fee` is a line of its own."""

    payment_id: UUID
    account: str
    method_type: PaymentMethodType
    subtotal: int
    fee: int
    currency: str
    description: str
    email: str
    memo: Memo

    @property
    def total(self) -> int:
        return self.subtotal + self.fee


@dataclass(frozen=True)
class OpenIntent:
    """An intent that waits for its payer; whoever has `client_secret` can confirm it."""

    id: str
    client_secret: str


@dataclass(frozen=True)
class OpenPage:
    """A hosted page; `url` is None where it takes nothing any more."""

    session_id: str
    url: str | None


def open_payment(order: GuestOrder) -> OpenIntent:
    """Makes an unconfirmed intent without customer or method; a repeat answers the same one."""
    wanted: Any = {
        "amount": order.total,
        "currency": order.currency.lower(),
        "payment_method_types": [order.method_type],
        "payment_method_options": _options(order),
        "description": order.description,
        "metadata": order.memo.written(),
    }
    with translated():
        intent = client().v1.payment_intents.create(
            wanted, {"stripe_account": order.account, "idempotency_key": f"payment-{order.payment_id}-create"}
        )
    assert intent.client_secret
    return OpenIntent(intent.id, intent.client_secret)


def open_page(order: GuestOrder, success_url: str, cancel_url: str) -> OpenPage:
    """Opens the page that pays it; a repeat answers the same one."""
    wanted: Any = {
        "mode": "payment",
        "payment_method_types": [order.method_type],
        "payment_method_options": _options(order),
        "customer_email": order.email,
        "line_items": [_line(order, order.description, order.subtotal)]
        + ([_line(order, "Convenience fee", order.fee)] if order.fee else []),
        "payment_intent_data": {
            "description": order.description,
            "metadata": {**order.memo.written(), HOSTED: "yes"},
        },
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    with translated():
        session = client().v1.checkout.sessions.create(
            wanted, {"stripe_account": order.account, "idempotency_key": f"payment-{order.payment_id}-page"}
        )
    return OpenPage(session.id, session.url)


def read_page(account: str, session_id: str) -> Intent:
    """The intent of a page; before anybody has tried to pay there, one without an id that says as much."""
    with translated():
        session = client().v1.checkout.sessions.retrieve(session_id, options={"stripe_account": account})
    intent = session.payment_intent
    if intent is not None:
        return read_payment(account, intent if isinstance(intent, str) else intent.id)
    return Intent("", "canceled" if session.status == "expired" else "unconfirmed", None, is_hosted=True)


def close_page(account: str, session_id: str) -> Intent:
    """Sees to it that nobody pays on a page any more; answers what has become of it, which may be succeeded."""
    # It refuses where the page is paid or expired already; how that stands is read next.
    with suppress(ProviderRefused), translated():
        client().v1.checkout.sessions.expire(session_id, options={"stripe_account": account})
    return read_page(account, session_id)


def close_pages_since(account: str, since: datetime) -> None:
    """Closes all that were opened since then and are still open: nobody pays on them any more."""
    wanted: Any = {"created": {"gte": int(since.timestamp())}, "status": "open", "limit": 100}
    with translated():
        listed = client().v1.checkout.sessions.list(wanted, {"stripe_account": account})
        opened = [each.id for each in listed.auto_paging_iter() if each.mode == "payment"]
    for session_id in opened:
        close_page(account, session_id)


def _options(order: GuestOrder) -> Any:
    """A guest's bank account is verified at once or not at all: nobody comes back days later with its deposits."""
    if order.method_type == "card":
        return {}
    return {"us_bank_account": {"verification_method": "instant"}}


def _line(order: GuestOrder, name: str, amount: int) -> Any:
    price = {"currency": order.currency.lower(), "unit_amount": amount, "product_data": {"name": name}}
    return {"price_data": price, "quantity": 1}
