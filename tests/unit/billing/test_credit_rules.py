"""What of a credit may reduce an invoice."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.credit_rules import Rest, applying_refusal, granting_refusal
from services.billing.rules import Debt
from services.contracts.messages import new_id
from services.contracts.money import Money


def debt(**fields: Any) -> Debt:
    """An invoice of 100.00 that is owed."""
    told: dict[str, Any] = {"balance": 10_000, "currency": "USD", "attempt": None, **fields}
    return Debt(new_id(), "INV-2026-00001", date(2026, 12, 1), property_id=None, billing_contact_id=None, **told)


def reason(amount: int, unapplied: int = 5_000, currency: str = "USD", shared: bool = True, **fields: Any) -> Any:
    """Why so much cannot be applied, or None."""
    rest = Rest(unapplied, "USD")
    refusal = applying_refusal(rest, debt(**fields), Money(amount=amount, currency=currency), shared=shared)
    return refusal and (refusal.code, refusal.details["reason"])


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_is_never_granted(amount: int) -> None:
    refusal = granting_refusal(Money(amount=amount), "USD")
    assert refusal and refusal.details["reason"] == "not_positive"


def test_a_credit_is_in_the_companys_money() -> None:
    refusal = granting_refusal(Money(amount=1, currency="EUR"), "USD")
    assert refusal and refusal.details["reason"] == "currency"
    assert granting_refusal(Money(amount=1), "USD") is None


def test_what_stands_in_the_way_is_told_before_the_amount() -> None:
    assert reason(99_999, is_void=True) == ("conflict", "void")
    assert reason(99_999, shared=False) == ("conflict", "draft")
    assert reason(99_999, balance=0) == ("conflict", "paid")
    assert reason(99_999, attempt="processing") == ("conflict", "open_attempt")


def test_an_amount_that_does_not_fit_is_refused() -> None:
    assert reason(0) == ("invalid", "not_positive")
    assert reason(100, currency="EUR") == ("invalid", "currency")
    assert reason(5_001) == ("invalid", "more_than_credit")
    assert reason(10_001, unapplied=20_000) == ("invalid", "more_than_balance")


@given(st.integers(1, 20_000), st.integers(0, 20_000), st.integers(1, 20_000))
def test_no_more_is_applied_than_is_left_and_owed(amount: int, unapplied: int, balance: int) -> None:
    fits = amount <= unapplied and amount <= balance
    assert (reason(amount, unapplied, balance=balance) is None) == fits
