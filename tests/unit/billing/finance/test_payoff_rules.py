"""What repays a loan early is never below nothing, is the loan on its first day, and nothing on its last."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.finance.change_rules import called_in, endorsed
from services.billing.finance.payoff_rules import Payoff, RefundPolicy, Standing, payoff, refund_policy
from services.billing.finance.schedules import Advance, Rate, Row, level
from services.billing.finance.unit_periods import MONTH
from services.contracts.billing.finance import Keep, RefundMethod

BEGUN, FIRST = date(2026, 1, 1), date(2026, 2, 1)
RATE = Rate(Decimal(12), MONTH, 1)
ACTUARIAL, SUM_OF_DIGITS = RefundPolicy(BEGUN, "actuarial"), RefundPolicy(BEGUN, "rule_of_78")
ROWS = level([Advance(BEGUN, 1_000_000)], RATE, FIRST, 10)


def untouched(*paid: int) -> list[Standing]:
    """The loan with the installments of these positions paid."""
    return [Standing(row, index in paid) for index, row in enumerate(ROWS)]


def test_on_the_first_day_the_loan_itself_repays_it() -> None:
    for policy in (ACTUARIAL, SUM_OF_DIGITS):
        found = payoff(BEGUN, untouched(), BEGUN, policy)
        assert (found.amount, found.principal, found.interest, len(found.covered)) == (1_000_000, 1_000_000, 0, 10)
        assert found.rebate == sum(row.interest for row in ROWS)


def test_within_a_period_its_days_are_earned() -> None:
    found = payoff(BEGUN, untouched(0), date(2026, 2, 15), ACTUARIAL)
    # 14 of February's 28 days of the second installment's interest.
    assert found.interest == round(ROWS[1].interest / 2)
    assert found.principal == sum(row.principal for row in ROWS[1:])


def test_the_rule_of_78_rebates_by_the_sum_of_the_digits() -> None:
    charged = sum(row.interest for row in ROWS)
    on_a_due_date = payoff(BEGUN, untouched(0, 1, 2, 3), date(2026, 5, 1), SUM_OF_DIGITS)
    assert on_a_due_date.rebate == round(charged * 21 / 55)
    a_day_later = payoff(BEGUN, untouched(0, 1, 2, 3), date(2026, 5, 2), SUM_OF_DIGITS)
    assert a_day_later.rebate == round(charged * 15 / 55)
    assert a_day_later.amount == sum(row.amount for row in ROWS[4:]) - a_day_later.rebate


def test_the_rule_of_78_counts_the_digits_of_a_year_to_78() -> None:
    year = level([Advance(BEGUN, 1_000_000)], RATE, FIRST, 12)
    found = payoff(BEGUN, [Standing(row) for row in year], date(2026, 7, 1), SUM_OF_DIGITS)
    assert found.rebate == round(sum(row.interest for row in year) * 21 / 78)


def test_a_rebate_too_small_for_the_state_is_not_given() -> None:
    kept = payoff(BEGUN, untouched(), date(2026, 10, 30), RefundPolicy(BEGUN, "actuarial", least=300))
    assert kept.rebate == 0
    assert kept.amount == ROWS[-1].amount


def test_what_was_paid_ahead_leaves_less_to_repay() -> None:
    before, after = (payoff(BEGUN, untouched(*paid), BEGUN, ACTUARIAL) for paid in ((), (9,)))
    assert before.amount - after.amount == ROWS[9].amount
    all_paid = payoff(BEGUN, untouched(*range(10)), BEGUN, ACTUARIAL)
    assert (all_paid.amount, all_paid.surplus) == (0, sum(row.interest for row in ROWS))


def test_each_state_has_its_method_unless_the_loan_is_too_long() -> None:
    assert refund_policy("KS", FIRST, 10).method == "rule_of_78"
    assert refund_policy("KS", FIRST, 62).method == "actuarial"
    assert refund_policy("TX", FIRST, 10).method == "actuarial"


@given(
    st.integers(-40, 400),
    st.sets(st.integers(0, 9)),
    st.sampled_from(["actuarial", "rule_of_78"]),
)
def test_a_payoff_is_never_below_nothing_and_adds_up(days: int, paid: set[int], method: RefundMethod) -> None:
    on = BEGUN + timedelta(days=days)
    standings = untouched(*paid)
    found = payoff(BEGUN, standings, on, RefundPolicy(BEGUN, method))
    assert found.amount >= 0 and found.surplus >= 0 and 0 in (found.amount, found.surplus)
    assert 0 <= found.rebate <= sum(row.interest for row in ROWS)
    future = [each for each in standings if each.row.due_on > on]
    touched = sum(each.row.amount for each in future if each.touched)
    assert found.amount - found.surplus == sum(each.row.amount for each in future) - found.rebate - touched
    if on >= ROWS[-1].due_on:
        assert (found.amount, found.surplus, found.covered) == (0, 0, ())


@given(st.integers(0, 300), st.integers(0, 300))
def test_waiting_never_makes_the_interest_less(first: int, second: int) -> None:
    sooner, later = (
        sum(row.interest for row in ROWS) - payoff(BEGUN, untouched(), BEGUN + timedelta(days=days), ACTUARIAL).rebate
        for days in sorted((first, second))
    )
    assert sooner <= later


# Changes


@given(
    st.integers(0, 270),
    st.sets(st.integers(0, 9), max_size=6),
    st.integers(-200_000, 500_000),
    st.sampled_from(["term", "payment"]),
)
def test_a_changed_loan_repays_what_was_lent_and_the_change(days: int, paid: set[int], change: int, keep: Keep) -> None:
    on = BEGUN + timedelta(days=days)
    standings = untouched(*paid)
    free = [each.row for each in standings if each.row.due_on > on and not each.touched]
    # Where no installment is left to be changed, nobody asks for it.
    if not free or sum(row.principal for row in free) + change < 1_000:
        return
    rows, new = endorsed(BEGUN, standings, RATE, Advance(on, change), keep)
    assert sum(row.principal for row in rows) == 1_000_000 + change
    stays = [each.row for each in standings if each.row not in free]
    assert [row for row in rows if row not in new] == stays
    if keep == "term":
        assert [row.due_on for row in new] == [row.due_on for row in free]
        # The last one absorbs rounding alone, whichever installments were paid ahead.
        assert abs(new[-1].amount - new[0].amount) <= len(rows)
    else:
        assert all(row.amount <= free[0].amount for row in new if row is not new[-1])


def test_keeping_the_term_changes_the_payment_and_keeping_the_payment_the_term() -> None:
    on = date(2026, 4, 1)
    standings = untouched(0, 1, 2)
    _, up_term = endorsed(BEGUN, standings, RATE, Advance(on, 200_000), "term")
    _, up_payment = endorsed(BEGUN, standings, RATE, Advance(on, 200_000), "payment")
    _, down_payment = endorsed(BEGUN, standings, RATE, Advance(on, -300_000), "payment")
    assert (len(up_term), up_term[0].amount > ROWS[3].amount) == (7, True)
    assert (len(up_payment), {row.amount for row in up_payment[:-1]}) == (10, {ROWS[3].amount})
    assert (len(down_payment), down_payment[0].amount) == (4, ROWS[3].amount)


def test_a_loan_called_in_ends_in_one_installment() -> None:
    on = date(2026, 4, 15)
    standings = untouched(0, 1, 9)
    found = payoff(BEGUN, standings, on, ACTUARIAL)
    rows, (last,) = called_in(standings, found, date(2026, 5, 1))
    assert last == Row(date(2026, 5, 1), found.principal, found.interest)
    assert sum(row.principal for row in rows) == 1_000_000
    nothing = Payoff((), 0, 0, 0, "actuarial")
    assert called_in(standings[:2], nothing, on) == ([ROWS[0], ROWS[1]], [])


def test_a_return_premium_beyond_the_loan_cannot_be_repaid_by_it() -> None:
    with pytest.raises(ValueError):
        endorsed(BEGUN, untouched(), RATE, Advance(BEGUN, -2_000_000), "term")
