"""What a late installment costs: each state's policy as dated data, floored to the cent so that no cap is exceeded."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal


@dataclass(frozen=True)
class LateFeePolicy:
    """In force from `since` on, until a later one of the same key is. Amounts are in cents."""

    since: date
    grace_days: int
    """An installment is in default once so many days have passed since it was due."""
    percent: Decimal = Decimal(0)
    """Of what is late."""
    flat: int = 0
    minimum: int = 0
    maximum: int | None = None
    source: str = ""


ALWAYS = date(1970, 1, 1)

POLICIES: Mapping[str, Sequence[LateFeePolicy]] = {
    "none": [LateFeePolicy(ALWAYS, grace_days=0, source="the agency charges none")],
    "US": [
        LateFeePolicy(
            ALWAYS,
            grace_days=10,
            percent=Decimal(5),
            source="the agreement's own; for a state that has no row of its own here",
        )
    ],
    "NY": [LateFeePolicy(ALWAYS, grace_days=5, percent=Decimal(5), minimum=100, source="N.Y. Banking Law 569, 576")],
    "NY-personal": [
        LateFeePolicy(
            ALWAYS, grace_days=5, percent=Decimal(5), minimum=100, maximum=500, source="N.Y. Banking Law 569, 576"
        )
    ],
    "NJ": [LateFeePolicy(ALWAYS, grace_days=10, percent=Decimal("1.5"), minimum=2500, source="N.J.S.A. 17:16D-12")],
    "NJ-personal": [
        LateFeePolicy(ALWAYS, grace_days=10, percent=Decimal(5), minimum=100, maximum=500, source="N.J.S.A. 17:16D-12")
    ],
    "ND": [
        LateFeePolicy(ALWAYS, grace_days=10, percent=Decimal(5), maximum=500, source="N.D.C.C. 26.1-20.1-08"),
    ],
}
"""By the key that an agreement names: a state, for business; with `-personal`, for a household's policies.

`ALWAYS` stands where the day on which a rule came into force was not established. Every row is to be verified with
counsel before it is used in production.
"""


def is_key(key: str) -> bool:
    """Whether an agreement may name it: one of these, or a state, for which the agreement's own policy holds."""
    return key in POLICIES or re.fullmatch(r"[A-Z]{2}(-personal)?", key) is not None


def policy_of(key: str, on: date) -> LateFeePolicy | None:
    """The policy that an agreement names, as it is on that day."""
    return in_force(POLICIES.get(key, POLICIES["US"]), on)


def in_force(policies: Sequence[LateFeePolicy], on: date) -> LateFeePolicy | None:
    """The newest that had begun by that day."""
    begun = [each for each in policies if each.since <= on]
    return max(begun, key=lambda each: each.since) if begun else None


def falls_due(policy: LateFeePolicy, due_on: date) -> date:
    """The first day on which an installment that was due then costs a fee."""
    return due_on + timedelta(days=max(policy.grace_days, 1))


def fee(policy: LateFeePolicy, late: int) -> int:
    """What being late with so much costs, in cents."""
    share = int((late * policy.percent / 100).quantize(Decimal(1), ROUND_FLOOR))
    amount = max(share + policy.flat, policy.minimum)
    return amount if policy.maximum is None else min(amount, policy.maximum)
