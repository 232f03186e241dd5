"""What has moved on an account at the provider, as the provider itself tells it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import stripe

from services.billing.processor.client import client, translated


def charged_between(account: str, since: datetime, until: datetime) -> dict[str, int]:
    """What was charged in this time, in minor units, by payment intent, or by charge where there is no intent."""
    with translated():
        listed = client().v1.charges.list(
            {"created": _between(since, until), "limit": 100}, {"stripe_account": account}
        )
        return _sums(listed.auto_paging_iter())


def charged_of(account: str, intent_id: str) -> int:
    """What one intent has charged; nothing where the provider does not know it."""
    with translated():
        listed = client().v1.charges.list({"payment_intent": intent_id, "limit": 100}, {"stripe_account": account})
        return sum(_sums(listed.auto_paging_iter()).values())


def refunded_between(account: str, since: datetime, until: datetime) -> dict[str, int]:
    """What was paid back in this time, or is on its way, in minor units, by refund; nothing for one that failed."""
    with translated():
        listed = client().v1.refunds.list(
            {"created": _between(since, until), "limit": 100}, {"stripe_account": account}
        )
        return {each.id: _in_force(each) for each in listed.auto_paging_iter()}


def _between(since: datetime, until: datetime) -> Any:
    return {"gte": int(since.timestamp()), "lte": int(until.timestamp())}


def _sums(charges: Iterable[stripe.Charge]) -> dict[str, int]:
    found: dict[str, int] = {}
    for charge in charges:
        if charge.status == "succeeded":
            name = str(charge.payment_intent or charge.id)
            found[name] = found.get(name, 0) + charge.amount
    return found


def _in_force(refund: stripe.Refund) -> int:
    return 0 if refund.status in ("failed", "canceled") else refund.amount
