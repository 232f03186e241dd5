"""The annual percentage rate by the actuarial method: Regulation Z (12 CFR Part 1026), Appendix J, general equation.

The present value of all advances is the present value of all payments, at the rate of a unit-period that is sought.
Exact in decimals: the rate is found by halving an interval until it is far below what is disclosed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.billing.finance.unit_periods import Span

HALVINGS = 80
HIGHEST_RATE = 1 << 20
"""Of a unit-period. No rate is above it, and a search that gets there has no answer."""


@dataclass(frozen=True)
class Flow:
    """An amount in minor units, advanced or paid so long after the term has begun."""

    amount: int
    after: Span


def percent(advances: Sequence[Flow], payments: Sequence[Flow], per_year: Fraction) -> Decimal:
    """The rate in percent a year, to four decimals. Raises ValueError where no rate from 0 on explains the flows."""
    lent, repaid = sum(each.amount for each in advances), sum(each.amount for each in payments)
    if lent <= 0 or repaid < lent:
        raise ValueError("less is repaid than was lent")
    rate = Decimal(0) if repaid == lent else _rate(advances, payments)
    yearly = 100 * rate * per_year.numerator / per_year.denominator
    return yearly.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def disclosed(rate: Decimal) -> Decimal:
    """To a hundredth of a percentage point."""
    return rate.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rate(advances: Sequence[Flow], payments: Sequence[Flow]) -> Decimal:
    """The rate of a unit-period at which the payments are worth the advances."""
    low, high = Decimal(0), Decimal(1)
    while _worth(payments, high) > _worth(advances, high):
        low, high = high, 2 * high
        if high > HIGHEST_RATE:
            raise ValueError("no rate explains these payments")
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _worth(payments, middle) > _worth(advances, middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _worth(flows: Sequence[Flow], rate: Decimal) -> Decimal:
    """The present value: compound interest over whole unit-periods, simple interest over the odd days, (b)(8)."""
    return sum((each.amount / growth(rate, each.after) for each in flows), Decimal(0))


def growth(rate: Decimal, span: Span) -> Decimal:
    """What one unit of money becomes in that time."""
    odd = 1 + rate * span.fraction.numerator / span.fraction.denominator
    return odd * (1 + rate) ** span.whole
