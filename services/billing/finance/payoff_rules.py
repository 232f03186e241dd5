"""What repays a loan early: its principal and the interest earned by a day, by the method of the insured's state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.billing.finance.schedules import Row
from services.contracts.billing.finance import RefundMethod

LONGEST_RULE_OF_78 = 61
"""Months. 15 U.S.C. 1615(b) forbids the Rule of 78 for longer loans."""


@dataclass(frozen=True)
class RefundPolicy:
    """In force from `since` on; a rebate below `least` cents is not given."""

    since: date
    method: RefundMethod
    least: int = 0
    source: str = ""


ALWAYS = date(1970, 1, 1)

BY_DEFAULT: Sequence[RefundPolicy] = [RefundPolicy(ALWAYS, "actuarial", source="15 U.S.C. 1615")]
POLICIES: Mapping[str, Sequence[RefundPolicy]] = {
    "AL": [RefundPolicy(ALWAYS, "rule_of_78", source="Ala. Code 27-40-9")],
    "KS": [RefundPolicy(ALWAYS, "rule_of_78", source="K.S.A. 40-2610")],
    "MS": [RefundPolicy(ALWAYS, "rule_of_78", least=300, source="Miss. Code 81-21-15, -19")],
}
"""By the state of the insured. To be verified with counsel before they are used in production."""


@dataclass(frozen=True)
class Standing:
    """An installment as it stands: `touched` where something was paid of it, or is being paid."""

    row: Row
    touched: bool = False


@dataclass(frozen=True)
class Payoff:
    """In cents. What is due by the day, and what is touched, stays owed or paid by itself."""

    covered: tuple[Row, ...]
    """The installments whose place it takes."""
    principal: int
    interest: int
    """Earned and not collected; below zero where installments paid ahead have brought more than was earned."""
    rebate: int
    method: RefundMethod

    @property
    def amount(self) -> int:
        """What is to be paid."""
        return max(self.principal + self.interest, 0)

    @property
    def surplus(self) -> int:
        """What the lender owes instead: interest that was paid ahead and is not earned."""
        return max(-self.principal - self.interest, 0)


def refund_policy(state: str, on: date, term: int) -> RefundPolicy:
    """The state's policy of that day; for a loan of too many installments the actuarial one."""
    begun = [each for each in POLICIES.get(state, BY_DEFAULT) if each.since <= on]
    policy = max(begun, key=lambda each: each.since) if begun else BY_DEFAULT[0]
    return policy if policy.method == "actuarial" or term <= LONGEST_RULE_OF_78 else BY_DEFAULT[0]


def payoff(begun_on: date, standings: Sequence[Standing], on: date, policy: RefundPolicy) -> Payoff:
    """What repays all that falls due after that day."""
    future = [each for each in standings if each.row.due_on > on]
    covered = tuple(each.row for each in future if not each.touched)
    unearned = _unearned(begun_on, [each.row for each in standings], on, policy.method)
    rebate = unearned if unearned >= policy.least else 0
    scheduled = sum(each.row.interest for each in future)
    collected = sum(each.row.interest for each in future if each.touched)
    return Payoff(
        covered=covered,
        principal=sum(row.principal for row in covered),
        interest=scheduled - rebate - collected,
        rebate=rebate,
        method=policy.method,
    )


def _unearned(begun_on: date, rows: Sequence[Row], on: date, method: RefundMethod) -> int:
    """The interest of the schedule that a day leaves unearned."""
    future = [row for row in rows if row.due_on > on]
    if not future:
        return 0
    period_begun = max([begun_on, *(row.due_on for row in rows if row.due_on <= on)])
    if method == "rule_of_78":
        # A period counts as earned once it has begun.
        left = len(future) - (1 if on > period_begun else 0)
        share = Decimal(left * (left + 1)) / (len(rows) * (len(rows) + 1))
        return _cents(sum(row.interest for row in rows) * share)
    passed, length = max((on - period_begun).days, 0), (future[0].due_on - period_begun).days
    return sum(row.interest for row in future) - _cents(Decimal(future[0].interest * passed) / length)


def _cents(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
