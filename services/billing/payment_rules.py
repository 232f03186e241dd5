"""What becomes of a payment: when the provider is asked, when it is given up, where money that goes back comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.contracts.allowances import Allowance
from services.contracts.billing.payments import PaymentStatus

DisputeState = Literal["inquiry", "open", "won", "lost", "closed"]
"""An `inquiry` holds no money yet; one that is `closed` ended without ever holding any."""

OPEN_STATUSES: frozenset[PaymentStatus] = frozenset({"created", "requires_action", "processing", "unknown"})
"""An attempt in one of these may still move money, so no second may begin for the same invoice."""

ACTION_EXPIRES_AFTER = timedelta(hours=24)
"""How long a payer may take to confirm at the bank."""

GUEST_EXPIRES_AFTER = timedelta(minutes=30)
"""How long a guest may take to pay; whoever else wants to pay meanwhile need not wait for them."""

LIVE_FOR = timedelta(seconds=60)
"""How long the call that began a payment may still be working on it; its deadline is shorter."""

CHECK_SECONDS = (2, 5, 15, 60, 300, 900, 3600)
"""Before each further look at the provider; the last one repeats until the outcome is known."""


LOOKS = Allowance(most=10, renews=timedelta(seconds=2))
"""At one payment at the provider, for those who wait for it: all of them together may ask the provider little more."""


# Payments under way


def seconds_to_next_check(checks: int) -> int:
    """How long to leave an open payment alone after so many looks at the provider."""
    return CHECK_SECONDS[min(checks, len(CHECK_SECONDS) - 1)]


def is_abandoned(status: PaymentStatus, created_at: datetime, now: datetime, *, by_guest: bool = False) -> bool:
    """Whether nobody will carry an unconfirmed payment on, so that it is to be closed at the provider."""
    if status == "created":
        return now - created_at > LIVE_FOR
    if status == "requires_action":
        return now - created_at > (GUEST_EXPIRES_AFTER if by_guest else ACTION_EXPIRES_AFTER)
    return status == "unknown"


# Payments that have moved money


@dataclass(frozen=True)
class Back:
    """Where an amount that leaves a payment again comes from, in minor units; the parts add up to it."""

    credit: int
    """The payment's own credit that was still free."""
    by_invoice: dict[UUID, int]
    """What is owed again."""
    beyond: int
    """What neither of them can bear."""


def come_back(amount: int, free_credit: int, paid: Mapping[UUID, int], *, reopens: bool) -> Back:
    """The payment's own free credit goes first, then, where it reopens, what was paid of its invoices, in order."""
    credit = min(amount, free_credit)
    rest, by_invoice = amount - credit, {}
    for invoice_id, part in paid.items() if reopens else ():
        taken = min(part, rest)
        if taken:
            by_invoice[invoice_id] = taken
            rest -= taken
    return Back(credit, by_invoice, rest)


def settled_status(refundable: int, refunded: int, disputes: Iterable[DisputeState]) -> PaymentStatus:
    """What a payment that has moved money is now: a dispute weighs more than a refund."""
    states = set(disputes)
    if "open" in states:
        return "disputed"
    if "lost" in states:
        return "reversed"
    return "refunded" if refunded >= refundable else "succeeded"
