"""A late fee never exceeds its state's cap, not even by rounding."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.finance.late_fee_rules import LateFeePolicy, falls_due, fee, in_force, is_key, policy_of

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("key", "late", "expected"),
    [
        ("US", 10_019, 500),  # 5 % is 500.95: floored, for rounded up it would exceed the cap.
        ("NY-personal", 20_000, 500),
        ("NY", 20_000, 1_000),
        ("NY", 1_500, 100),
        ("NJ", 100_000, 2_500),
        ("NJ", 500_000, 7_500),
        ("NJ-personal", 1_000, 100),
        ("ND", 50_000, 500),
        ("none", 50_000, 0),
        ("LA", 10_019, 500),  # No row of its own: the agreement's.
    ],
)
def test_a_late_fee_is_what_the_states_law_allows(key: str, late: int, expected: int) -> None:
    policy = policy_of(key, DAY)
    assert policy and fee(policy, late) == expected


@given(st.integers(1, 10**9), st.decimals(0, 10, places=4))
def test_a_percentage_is_never_exceeded(late: int, percent: Decimal) -> None:
    charged = fee(LateFeePolicy(DAY, 5, percent=percent), late)
    assert charged <= late * percent / 100 < charged + 1


def test_a_flat_fee_and_its_maximum() -> None:
    assert fee(LateFeePolicy(DAY, 5, flat=1_500), 10) == 1_500
    assert fee(LateFeePolicy(DAY, 5, flat=1_500, percent=Decimal(1), maximum=1_600), 50_000) == 1_600


def test_the_newest_policy_that_has_begun_counts() -> None:
    old, new = LateFeePolicy(date(2020, 1, 1), 5), LateFeePolicy(date(2026, 5, 2), 10)
    assert in_force([new, old], DAY) is old
    assert in_force([new, old], date(2026, 5, 2)) is new
    assert in_force([new], DAY) is None


def test_the_days_of_grace_are_counted_from_the_due_date() -> None:
    assert falls_due(LateFeePolicy(DAY, 10), DAY) == date(2026, 5, 11)
    assert falls_due(LateFeePolicy(DAY, 0), DAY) == date(2026, 5, 2)


def test_an_agreement_names_a_state_or_a_policy_that_is_known() -> None:
    assert all(is_key(key) for key in ("NY", "NJ-personal", "LA", "none"))
    assert not any(is_key(key) for key in ("", "ny", "Louisiana", "NY-business"))
