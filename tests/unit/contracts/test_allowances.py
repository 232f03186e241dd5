"""What strangers may do how often, and what one client is known by."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.contracts.allowances import Allowance, network_of


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_a_client_is_known_by_what_it_owns(ip: str, network: str) -> None:
    assert network_of(ip) == network


@given(some.integers(1, 50), some.timedeltas(timedelta(seconds=1), timedelta(hours=1)))
def test_an_allowance_is_had_at_once_and_then_one_by_one(most: int, renews: timedelta) -> None:
    allowance = Allowance(most, renews)
    used = float(most)
    assert allowance.admits(used - 1, timedelta())
    assert not allowance.admits(used, renews - timedelta(milliseconds=1))
    assert allowance.admits(used, renews)
