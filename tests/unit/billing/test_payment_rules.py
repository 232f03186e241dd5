"""What becomes of a payment, by example and by property."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing import payment_rules
from services.contracts.billing.payments import PaymentStatus
from services.contracts.messages import new_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_checks_come_ever_more_seldom_and_never_end() -> None:
    waits = [payment_rules.seconds_to_next_check(checks) for checks in range(20)]
    assert waits == sorted(waits) and waits[0] == 2 and waits[-1] == 3_600


@pytest.mark.parametrize(
    ("status", "minutes", "abandoned"),
    [
        ("created", 0.5, False),
        ("created", 2, True),
        ("requires_action", 60, False),
        ("requires_action", 60 * 25, True),
        ("unknown", 0, True),
        ("processing", 60 * 24 * 7, False),
    ],
)
def test_when_nobody_will_carry_a_payment_on(status: PaymentStatus, minutes: float, abandoned: bool) -> None:
    assert payment_rules.is_abandoned(status, NOW - timedelta(minutes=minutes), NOW) is abandoned


# Money that leaves again


def test_free_credit_goes_back_first_then_the_invoices_in_the_order_given() -> None:
    first, second = new_id(), new_id()
    back = payment_rules.come_back(100, 30, {first: 50, second: 50}, reopens=True)
    assert (back.credit, back.by_invoice, back.beyond) == (30, {first: 50, second: 20}, 0)
    back = payment_rules.come_back(100, 30, {first: 50, second: 50}, reopens=False)
    assert (back.credit, back.by_invoice, back.beyond) == (30, {}, 70)
    assert payment_rules.come_back(100, 0, {first: 50}, reopens=True).beyond == 50


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.lists(st.integers(0, 10**9), max_size=8), st.booleans())
def test_what_comes_back_adds_up_and_takes_no_more_than_there_is(
    amount: int, free: int, parts: list[int], reopens: bool
) -> None:
    paid = {new_id(): part for part in parts}
    back = payment_rules.come_back(amount, free, paid, reopens=reopens)
    assert back.credit + sum(back.by_invoice.values()) + back.beyond == amount
    assert 0 <= back.credit <= free and back.beyond >= 0
    assert all(0 < part <= paid[invoice_id] for invoice_id, part in back.by_invoice.items())


@pytest.mark.parametrize(
    ("refunded", "disputes", "status"),
    [
        (0, [], "succeeded"),
        (99, [], "succeeded"),
        (100, [], "refunded"),
        (0, ["inquiry"], "succeeded"),
        (0, ["won", "closed"], "succeeded"),
        (40, ["open"], "disputed"),
        (40, ["lost"], "reversed"),
        (100, ["won", "lost", "open"], "disputed"),
    ],
)
def test_what_refunds_and_disputes_make_of_a_payment(
    refunded: int, disputes: list[payment_rules.DisputeState], status: PaymentStatus
) -> None:
    assert payment_rules.settled_status(100, refunded, disputes) == status
