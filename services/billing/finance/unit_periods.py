"""Time as Regulation Z counts it: whole unit-periods backward from a date, and the odd days that are left.

12 CFR Part 1026, Appendix J, paragraphs (b)(3) to (b)(5).
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

MONTH_DAYS, SEMIMONTH_DAYS, WEEK_DAYS, YEAR_DAYS, YEAR_MONTHS = 30, 15, 7, 365, 12


@dataclass(frozen=True)
class Unit:
    """A unit-period: so many days, weeks, semimonths or months, at most a year."""

    kind: Literal["day", "week", "semimonth", "month"]
    multiple: int = 1

    @property
    def per_year(self) -> Fraction:
        """How many of them a year has."""
        whole = {"day": YEAR_DAYS, "week": 52, "semimonth": 24, "month": YEAR_MONTHS}[self.kind]
        return Fraction(whole, self.multiple)


@dataclass(frozen=True)
class Span:
    """A length of time in unit-periods: whole ones, and the part of one that the odd days are."""

    whole: int
    fraction: Fraction = Fraction(0)


DAY, WEEK, TWO_WEEKS, FOUR_WEEKS = Unit("day"), Unit("week"), Unit("week", 2), Unit("week", 4)
SEMIMONTH, MONTH, TWO_MONTHS, QUARTER, YEAR = (
    Unit("semimonth"),
    Unit("month"),
    Unit("month", 2),
    Unit("month", 3),
    Unit("month", YEAR_MONTHS),
)


def between(start: date, end: date, unit: Unit, day: int | None = None) -> Span:
    """From one day to a later one, counted backward from the later.

    `day` is the day of the month that a series keeps to where its months are long enough: a payment on
    30 April of a series for the 31st is one month after 31 March.
    """
    if start > end:
        raise ValueError("time is counted from the earlier day to the later")
    if unit.kind in ("day", "week"):
        length = unit.multiple * (WEEK_DAYS if unit.kind == "week" else 1)
        whole, odd = divmod((end - start).days, length)
        return Span(whole, Fraction(odd, length))
    months, odd = months_between(start, end, day)
    if unit.kind == "semimonth":
        halves, rest = divmod(odd, SEMIMONTH_DAYS)
        return Span(2 * months + halves, Fraction(rest, SEMIMONTH_DAYS))
    whole, left = divmod(months, unit.multiple)
    return Span(whole, Fraction(left * MONTH_DAYS + odd, unit.multiple * MONTH_DAYS))


def months_between(start: date, end: date, day: int | None = None) -> tuple[int, int]:
    """Full months counted backward from `end`, and the days before them."""
    months = (end.year - start.year) * YEAR_MONTHS + end.month - start.month
    if add_months(end, -months, day) < start:
        months -= 1
    return months, (add_months(end, -months, day) - start).days


def add_months(on: date, months: int, day: int | None = None) -> date:
    """The same day of another month, or that month's last where it has no such day."""
    year, month = divmod(on.year * YEAR_MONTHS + on.month - 1 + months, YEAR_MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day or on.day, last))


def series(first: date, unit: Unit, count: int) -> list[date]:
    """So many days, one unit-period apart, each counted from the first, so that the 31st comes back after February."""
    if unit.kind in ("day", "week"):
        length = unit.multiple * (WEEK_DAYS if unit.kind == "week" else 1)
        return [first + timedelta(days=length * step) for step in range(count)]
    if unit.kind == "semimonth":
        raise ValueError("a series in half months needs two days of the month")
    return [add_months(first, unit.multiple * step) for step in range(count)]


def of_single_payment(start: date, end: date) -> tuple[Fraction, Span]:
    """Unit-periods a year, and the term in them, where one advance is repaid by one payment: (b)(4)(ii), (b)(5).

    The term itself is the unit-period, in months where it is whole months, else in days; above a year, a year is.
    """
    months, odd = months_between(start, end)
    if months > YEAR_MONTHS or (months == YEAR_MONTHS and odd):
        years, left = divmod(months, YEAR_MONTHS)
        begun = add_months(end, -years * YEAR_MONTHS)
        part = Fraction((begun - start).days, YEAR_DAYS) if odd else Fraction(left, YEAR_MONTHS)
        return Fraction(1), Span(years, part)
    if odd:
        return Fraction(YEAR_DAYS, (end - start).days), Span(1)
    return Fraction(YEAR_MONTHS, months), Span(1)
