"""How amounts, days and addresses are written."""

from datetime import date

import pytest

from services.billing.documents import address, day, money
from services.contracts.money import Money
from services.contracts.snapshots import Address


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (0, "USD", "$0.00"),
        (5, "USD", "$0.05"),
        (123_456_789, "USD", "$1,234,567.89"),
        (-250, "USD", "-$2.50"),
        (1_000, "EUR", "10.00 EUR"),
    ],
)
def test_money_is_written_as_people_read_it(amount: int, currency: str, written: str) -> None:
    assert money(Money(amount=amount, currency=currency)) == written


def test_a_day_is_written_out() -> None:
    assert day(date(2026, 11, 3)) == "November 3, 2026"


def test_an_address_leaves_out_what_it_does_not_have() -> None:
    assert address(Address(line1="1 Main Street", city="Austin", state="TX", zip="78701")) == [
        "1 Main Street",
        "Austin, TX 78701",
    ]
