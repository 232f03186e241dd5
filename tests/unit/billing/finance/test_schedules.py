"""Every schedule ends at nothing, adds up to what was lent and its interest, and has the APR of its rate."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.finance.schedules import (
    Advance,
    NeverRepaid,
    Rate,
    RepaysNothing,
    Row,
    Slot,
    apr_of,
    charge,
    keeping_payment,
    keeping_term,
    level,
    total,
)
from services.billing.finance.unit_periods import MONTH, QUARTER, TWO_MONTHS, TWO_WEEKS, WEEK, YEAR

BEGUN = date(2026, 1, 31)
UNITS = [MONTH, TWO_MONTHS, QUARTER, YEAR, WEEK, TWO_WEEKS]

loans = st.fixed_dictionaries(
    {
        "amount": st.integers(100_000, 50_000_000),
        "percent": st.decimals(0, 24, places=3),
        "unit": st.sampled_from(UNITS),
        "wait": st.integers(1, 60),
        "count": st.integers(1, 24),
    }
)


def drawn(loan: dict[str, object]) -> tuple[list[Advance], Rate, list[Row]]:
    """A loan of the strategy, with its schedule."""
    first = BEGUN + timedelta(days=int(str(loan["wait"])))
    rate = Rate(Decimal(str(loan["percent"])), loan["unit"], first.day)  # type: ignore[arg-type]
    advances = [Advance(BEGUN, int(str(loan["amount"])))]
    return advances, rate, level(advances, rate, first, int(str(loan["count"])))


def test_the_public_example_of_a_level_payment() -> None:
    rows = level([Advance(date(2026, 1, 1), 19_775_000)], Rate(Decimal("5.5")), date(2026, 2, 1), 10)
    assert [row.amount for row in rows[:9]] == [2_027_691] * 9
    assert rows[9].amount == 2_027_694
    assert (charge(rows), total(rows)) == (501_913, 20_276_913)


@given(loans)
def test_every_schedule_ends_at_nothing_and_adds_up(loan: dict[str, object]) -> None:
    advances, _, rows = drawn(loan)
    balance = advances[0].amount
    for row in rows:
        assert row.principal > 0 and row.interest >= 0
        balance -= row.principal
    assert balance == 0
    assert total(rows) == advances[0].amount + charge(rows)
    assert len({row.amount for row in rows[:-1]}) <= 1
    assert len(rows) == loan["count"] and rows == sorted(rows, key=lambda row: row.due_on)


@given(loans)
def test_the_apr_of_a_schedule_is_its_rate(loan: dict[str, object]) -> None:
    advances, rate, rows = drawn(loan)
    if len(rows) == 1:
        return  # Repaid at once, the term itself is the unit-period: test_apr.py has those.
    # A cent of rounding in a payment moves the rate of a small and short loan.
    cents = Decimal(len(rows) + 1) / advances[0].amount
    tolerance = Decimal("0.001") + 100 * cents * rate.unit.per_year.numerator / rate.unit.per_year.denominator
    assert abs(apr_of(advances, rows, rate) - rate.annual_percent) <= tolerance


def test_an_agreement_of_usual_size_discloses_its_rate_to_the_hundredth() -> None:
    for first in (date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 15)):
        rate = Rate(Decimal("9.75"), MONTH, first.day)
        advances = [Advance(BEGUN, 1_234_567)]
        assert round(apr_of(advances, level(advances, rate, first, 10), rate), 2) == Decimal("9.75")


def test_the_last_day_of_the_month_comes_back_after_a_short_one() -> None:
    rows = level([Advance(date(2026, 12, 31), 100_000)], Rate(Decimal(10), MONTH, 31), date(2027, 1, 31), 4)
    assert [row.due_on.isoformat() for row in rows] == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]


def test_an_odd_first_period_bears_the_interest_of_its_days() -> None:
    regular, odd = (
        level([Advance(on, 1_000_000)], Rate(Decimal(12)), date(2026, 4, 1), 10)
        for on in (date(2026, 3, 1), date(2026, 2, 14))
    )
    # One whole month at 1 %, and 15 odd days of 30 before it: 1.005 x 1.01.
    assert (regular[0].interest, odd[0].interest) == (10_000, 15_050)


def test_without_interest_the_payments_are_the_loan() -> None:
    rows = level([Advance(BEGUN, 1_000)], Rate(Decimal(0)), date(2026, 2, 28), 3)
    assert [row.amount for row in rows] == [333, 333, 334]
    assert apr_of([Advance(BEGUN, 1_000)], rows, Rate(Decimal(0))) == 0


def test_installments_that_would_repay_nothing_are_refused() -> None:
    with pytest.raises(RepaysNothing):
        level([Advance(BEGUN, 20)], Rate(Decimal(10)), date(2026, 2, 28), 36)


def test_a_payment_below_the_interest_never_repays() -> None:
    with pytest.raises(NeverRepaid):
        keeping_payment([Advance(BEGUN, 1_000_000)], Rate(Decimal(24)), [Slot(date(2026, 2, 28))], 20_000)


@given(loans, st.integers(50, 300))
def test_a_payment_that_is_kept_repays_in_as_many_installments_as_it_takes(loan: dict[str, object], share: int) -> None:
    advances, rate, rows = drawn(loan)
    payment = rows[0].amount * share // 100
    slots = [Slot(row.due_on) for row in rows]
    try:
        kept = keeping_payment(advances, rate, slots, payment)
    except (NeverRepaid, RepaysNothing):
        return
    assert sum(row.principal for row in kept) == advances[0].amount
    assert {row.amount for row in kept[:-1]} <= {payment} and kept[-1].amount <= payment
    assert [row.due_on for row in kept] == sorted({row.due_on for row in kept})


@given(loans, st.data())
def test_an_installment_that_stays_as_it_is_leaves_a_schedule_that_ends_at_nothing(
    loan: dict[str, object], data: st.DataObject
) -> None:
    advances, rate, rows = drawn(loan)
    fixed = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=len(rows) - 1))
    slots = [Slot(row.due_on, row if index in fixed else None) for index, row in enumerate(rows)]
    again = keeping_term(advances, rate, slots)
    assert sum(row.principal for row in again) == advances[0].amount
    assert [row.due_on for row in again] == [row.due_on for row in rows]
    for index in fixed:
        assert again[index] == rows[index]
    # Nothing was changed, so the free payments are what they were, but for a cent and their part of the rounding that
    # has gathered by then, all of which the last one had absorbed.
    spare = 1 + abs(rows[-1].amount - rows[0].amount)
    assert all(abs(new.amount - old.amount) <= spare for new, old in zip(again[:-1], rows[:-1], strict=True))
