"""The APR is the one that Regulation Z works out: every figure here is from the examples of its Appendix J (c)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from services.billing.finance import apr
from services.billing.finance.apr import Flow
from services.billing.finance.unit_periods import (
    FOUR_WEEKS,
    MONTH,
    QUARTER,
    SEMIMONTH,
    TWO_MONTHS,
    TWO_WEEKS,
    WEEK,
    Span,
    Unit,
    between,
    of_single_payment,
)


def later(span: Span, periods: int) -> Span:
    """So many whole unit-periods later."""
    return Span(span.whole + periods, span.fraction)


def regular(lent: int, begun: date, first: date, unit: Unit, payments: list[int]) -> Decimal:
    """The disclosed rate of one advance and payments one unit-period apart."""
    after = between(begun, first, unit)
    flows = [Flow(amount, later(after, step)) for step, amount in enumerate(payments)]
    return apr.disclosed(apr.percent([Flow(lent, Span(0))], flows, unit.per_year))


def single(lent: int, begun: date, repaid: int, due: date) -> Decimal:
    """The disclosed rate of one advance and one payment."""
    per_year, term = of_single_payment(begun, due)
    return apr.disclosed(apr.percent([Flow(lent, Span(0))], [Flow(repaid, term)], per_year))


REGULAR = [
    # (c)(1): an odd first period or none, and otherwise regular.
    ("(c)(1)(i)", 500_000, date(1978, 1, 10), date(1978, 2, 10), MONTH, [23_000] * 24, "9.69"),
    ("(c)(1)(ii)", 600_000, date(1978, 2, 10), date(1978, 4, 1), MONTH, [20_000] * 36, "11.82"),
    ("(c)(1)(iii)", 500_000, date(1978, 2, 23), date(1978, 3, 1), SEMIMONTH, [21_917] * 24, "10.34"),
    ("(c)(1)(iv)", 1_000_000, date(1978, 5, 23), date(1978, 10, 1), QUARTER, [38_500] * 40, "8.97"),
    ("(c)(1)(v)", 50_000, date(1978, 3, 20), date(1978, 4, 21), WEEK, [1_760] * 30, "14.96"),
    # (c)(2): an odd first payment.
    ("(c)(2)(i)", 500_000, date(1978, 1, 10), date(1978, 2, 10), MONTH, [25_000] + [23_000] * 23, "10.08"),
    ("(c)(2)(ii)", 40_000, date(1978, 3, 18), date(1978, 4, 20), FOUR_WEEKS, [3_950] + [3_831] * 11, "28.50"),
    # (c)(3): an odd final payment.
    ("(c)(3)(i)", 500_000, date(1978, 1, 10), date(1978, 2, 10), MONTH, [23_000] * 23 + [28_000], "10.50"),
    ("(c)(3)(ii)", 20_000, date(1978, 4, 3), date(1978, 4, 11), TWO_WEEKS, [950] * 19 + [3_000], "12.22"),
    # (c)(4): an odd first and an odd final payment.
    ("(c)(4)(i)", 500_000, date(1978, 1, 10), date(1978, 2, 10), MONTH, [25_000] + [23_000] * 22 + [28_000], "10.90"),
    (
        "(c)(4)(ii)",
        800_000,
        date(1978, 1, 10),
        date(1978, 3, 1),
        TWO_MONTHS,
        [44_936] + [46_500] * 18 + [20_000],
        "7.30",
    ),
]
SINGLE = [
    # (c)(5): in days, in months, above a year, and two years to the day.
    ("(c)(5)(i)", 100_000, date(1978, 1, 3), 108_000, date(1978, 9, 15), "11.45"),
    ("(c)(5)(ii)", 100_000, date(1978, 1, 15), 104_400, date(1978, 7, 15), "8.80"),
    ("(c)(5)(iii)", 100_000, date(1978, 1, 17), 113_519, date(1979, 7, 17), "8.76"),
    ("(c)(5)(iv)", 100_000, date(1978, 1, 3), 124_000, date(1980, 1, 3), "11.36"),
]


@pytest.mark.parametrize(
    ("paragraph", "lent", "begun", "first", "unit", "payments", "rate"), REGULAR, ids=[each[0] for each in REGULAR]
)
def test_a_regular_loan_has_the_rate_of_the_regulations_example(
    paragraph: str, lent: int, begun: date, first: date, unit: Unit, payments: list[int], rate: str
) -> None:
    assert regular(lent, begun, first, unit, payments) == Decimal(rate)


@pytest.mark.parametrize(
    ("paragraph", "lent", "begun", "repaid", "due", "rate"), SINGLE, ids=[each[0] for each in SINGLE]
)
def test_a_loan_repaid_at_once_has_the_rate_of_the_regulations_example(
    paragraph: str, lent: int, begun: date, repaid: int, due: date, rate: str
) -> None:
    assert single(lent, begun, repaid, due) == Decimal(rate)


def test_several_advances_have_the_rate_of_the_regulations_example() -> None:
    """(c)(7)(i): a construction loan, three advances of 20,000 and 240 payments of 612.36."""
    begun = date(1979, 4, 10)
    advances = [Flow(2_000_000, between(begun, on, MONTH)) for on in (begun, date(1979, 6, 12), date(1979, 9, 18))]
    first = between(begun, date(1979, 12, 10), MONTH)
    payments = [Flow(61_236, later(first, step)) for step in range(240)]
    assert apr.disclosed(apr.percent(advances, payments, MONTH.per_year)) == Decimal("10.25")


def test_what_is_repaid_without_interest_has_a_rate_of_nothing() -> None:
    assert regular(12_000, date(2026, 1, 1), date(2026, 2, 1), MONTH, [1_000] * 12) == 0


def test_less_than_was_lent_has_no_rate() -> None:
    with pytest.raises(ValueError, match="less is repaid"):
        regular(12_000, date(2026, 1, 1), date(2026, 2, 1), MONTH, [999] * 12)


def test_whole_unit_periods_are_counted_backward_and_the_rest_are_odd_days() -> None:
    assert between(date(1978, 2, 10), date(1978, 4, 1), MONTH) == Span(1, Fraction(19, 30))
    assert between(date(1978, 5, 23), date(1978, 10, 1), QUARTER) == Span(1, Fraction(39, 90))
    assert between(date(1978, 3, 20), date(1978, 4, 21), WEEK) == Span(4, Fraction(4, 7))
    assert between(date(2024, 3, 31), date(2024, 4, 30), MONTH, day=31) == Span(1)
    assert between(date(2024, 1, 31), date(2024, 2, 29), MONTH, day=31) == Span(1)
