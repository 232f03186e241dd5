"""Amounts and times as they are written."""

from services.contracts.money import Money
from services.notifications import formats
from tests.unit.notifications.samples import NOON


def test_an_amount_is_written_with_its_currency() -> None:
    assert formats.amount(Money(amount=125_000)) == "$1,250.00"
    assert formats.amount(Money(amount=-5)) == "-$0.05"
    assert formats.amount(Money(amount=1234, currency="JPY")) == "¥1,234"


def test_a_moment_is_told_in_the_branchs_time_zone() -> None:
    assert formats.moment(NOON, "America/Chicago") == "May 3, 2026 at 12:05 PM CDT"
