"""Convenience fees: which policy holds, what it comes to, how it is spread over invoices, and given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from uuid import UUID

from services.contracts.billing.methods import Funding
from services.contracts.errors import invalid
from services.contracts.money import Money
from services.contracts.principals import FeePolicy, InvoiceKind, PaymentMethodType

SURCHARGE_CAP = Decimal(3)
"""The most that a surcharge on credit cards may be, in percent of what is paid."""

FREE = FeePolicy()

Policies = Mapping[PaymentMethodType, FeePolicy]


@dataclass(frozen=True)
class Part:
    """What a payment pays of one invoice, in minor units, and the policy that holds for it."""

    invoice_id: UUID
    kind: InvoiceKind
    amount: int
    policy: FeePolicy


@dataclass(frozen=True)
class Fee:
    """The fee of one payment; `by_invoice` adds up to `amount`, and `is_kept` says that no refund gives it back."""

    amount: int
    by_invoice: dict[UUID, int]
    is_kept: bool


def policy_for(
    method_type: PaymentMethodType, own: Policies | None, portal: Policies, *, by_autopay: bool = False
) -> FeePolicy:
    """The invoice's own comes before the portal's, which has the company's where the branch has none."""
    policy = (own or {}).get(method_type) or portal.get(method_type) or FREE
    return policy if policy.on_autopay or not by_autopay else FREE


def fee_of(parts: Sequence[Part], funding: Funding, currency: str) -> Fee:
    """Computed once on the payment's total. Where the policies of its invoices differ, the cheapest holds for all."""
    policies: list[FeePolicy] = []
    for part in parts:
        if part.policy not in policies:
            policies.append(part.policy)
    return min((_under(policy, parts, funding, currency) for policy in policies), key=lambda fee: fee.amount)


def _under(policy: FeePolicy, parts: Sequence[Part], funding: Funding, currency: str) -> Fee:
    bearing = {part.invoice_id: part.amount for part in parts if part.kind not in policy.excluded_kinds}
    amount = _amount(policy, sum(bearing.values()), funding, currency)
    return Fee(amount, spread(amount, bearing), policy.kept_on_refund)


def _amount(policy: FeePolicy, base: int, funding: Funding, currency: str) -> int:
    """In minor units, on what bears a fee; without any of that there is none."""
    if base <= 0 or policy.kind == "none" or (policy.kind == "credit_surcharge" and funding != "credit"):
        return 0
    if policy.kind == "flat":
        amount = _told(policy.amount, currency)
    else:
        amount = _percent(base, policy.percent or Decimal(0), ROUND_HALF_UP)
    if policy.kind == "credit_surcharge":
        amount = min(amount, _percent(base, SURCHARGE_CAP, ROUND_FLOOR))
    if policy.maximum is not None:
        amount = min(amount, _told(policy.maximum, currency))
    return max(0, amount)


def _told(money: Money | None, currency: str) -> int:
    if money is None:
        return 0
    if money.currency != currency:
        raise invalid(f"The fee of this portal is not in {currency}.", reason="currency")
    return money.amount


def _percent(base: int, percent: Decimal, rounding: str) -> int:
    return int((base * percent / 100).quantize(Decimal(1), rounding))


def spread(amount: int, weights: Mapping[UUID, int]) -> dict[UUID, int]:
    """By largest remainder, ties in the order given; the parts add up to the amount exactly."""
    whole = sum(weights.values())
    if not whole:
        return {}
    parts = {key: amount * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: -(amount * weights[key] % whole))
    for key in by_remainder[: amount - sum(parts.values())]:
        parts[key] += 1
    return parts


@dataclass(frozen=True)
class Left:
    """What of a payment was not paid back yet: `subtotal` and `fee`, of a payment of `paid` and `paid_fee`."""

    paid: int
    paid_fee: int
    subtotal: int
    fee: int

    @property
    def total(self) -> int:
        """The most that can still be paid back."""
        return self.subtotal + self.fee


def fee_given_back(amount: int, left: Left) -> int:
    """What of an amount paid back is fee: in proportion, half up, and the last refund takes what is left."""
    whole = left.paid + left.paid_fee
    share = int((Decimal(amount) * left.paid_fee / whole).quantize(Decimal(1), ROUND_HALF_UP))
    least = max(0, amount - max(0, left.subtotal))
    most = max(0, min(left.fee, amount))
    return min(max(share, least), most)
