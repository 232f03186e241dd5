"""Repayment schedules: level payments, interest rounded to the cent each period, and a balance that ends at nothing.

The last installment absorbs what rounding leaves. An odd first period bears interest as the actuarial method has it:
simple over its odd days, compound over whole unit-periods, so that the APR of a schedule is its rate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.billing.finance import apr
from services.billing.finance.apr import Flow
from services.billing.finance.unit_periods import MONTH, Span, Unit, add_months, between, of_single_payment, series

MOST_INSTALLMENTS = 120


@dataclass(frozen=True)
class Row:
    """One installment, in minor units: what it repays, and the interest of the period that it ends."""

    due_on: date
    principal: int
    interest: int

    @property
    def amount(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True)
class Advance:
    """What is lent on a day; below zero it is taken off the loan."""

    on: date
    amount: int


@dataclass(frozen=True)
class Rate:
    """A year's nominal interest in percent, charged each unit-period.

    `day` is the day of the month that the installments keep to where a month is long enough.
    """

    annual_percent: Decimal
    unit: Unit = MONTH
    day: int | None = None

    @property
    def periodic(self) -> Decimal:
        """Of one unit-period, as a fraction."""
        per_year = self.unit.per_year
        return self.annual_percent * per_year.denominator / (100 * per_year.numerator)


@dataclass(frozen=True)
class Slot:
    """A day on which an installment falls due; `fixed` is one that is paid already and stays as it is."""

    due_on: date
    fixed: Row | None = None


class RepaysNothing(ValueError):
    """An installment that would be no more than its interest: too many of them, or the first too far off."""


class NeverRepaid(ValueError):
    """A payment that is to be kept does not repay the loan within any sensible time."""


def level(advances: Sequence[Advance], rate: Rate, first_due_on: date, count: int) -> list[Row]:
    """A loan's schedule from its beginning."""
    return keeping_term(advances, rate, [Slot(each) for each in series(first_due_on, rate.unit, count)])


def keeping_term(advances: Sequence[Advance], rate: Rate, slots: Sequence[Slot]) -> list[Row]:
    """The rows of exactly these days: the free ones alike, but for the last."""
    opening = _opening(advances, rate, slots[0].due_on)
    payment = level_payment(opening, rate, slots)
    rows = list(_rows(opening, rate, slots, payment))
    if any(row.principal <= 0 for row in rows):
        raise RepaysNothing("an installment of this schedule repays nothing")
    return rows


def keeping_payment(advances: Sequence[Advance], rate: Rate, slots: Sequence[Slot], payment: int) -> list[Row]:
    """The rows of a payment that stays as it is: as many as it takes, from the first of these days on."""
    opening = _opening(advances, rate, slots[0].due_on)
    for length in range(1, MOST_INSTALLMENTS):
        rows = list(_rows(opening, rate, _stretched(slots, length, rate), payment))
        if _last_free(rows, slots).amount <= payment:
            break
    else:
        raise NeverRepaid("this payment does not repay the loan")
    if any(row.principal <= 0 for row in rows):
        raise RepaysNothing("an installment of this payment repays nothing")
    return rows


@dataclass(frozen=True)
class Opening:
    """Where a schedule begins: what is lent, and the interest of its first period, not rounded yet."""

    balance: int
    interest: Decimal


def _opening(advances: Sequence[Advance], rate: Rate, first_due_on: date) -> Opening:
    interest = Decimal(0)
    for each in advances:
        span = between(each.on, first_due_on, rate.unit, rate.day)
        interest += each.amount * (apr.growth(rate.periodic, span) - 1)
    return Opening(sum(each.amount for each in advances), interest)


def level_payment(opening: Opening, rate: Rate, slots: Sequence[Slot]) -> int:
    """The payment of every free day that brings the balance to nothing, rounded half up to the cent.

    The balance after each day is `owed - paid * payment`, so the last one gives the payment.
    """
    owed, paid = Decimal(opening.balance), Decimal(0)
    for index, slot in enumerate(slots):
        if slot.fixed:
            owed -= slot.fixed.principal
        else:
            owed += opening.interest if index == 0 else owed * rate.periodic
            paid = paid * (1 + rate.periodic) + 1
    return _cents(owed / paid)


def _rows(opening: Opening, rate: Rate, slots: Sequence[Slot], payment: int) -> Iterator[Row]:
    balance = opening.balance
    last = max(index for index, slot in enumerate(slots) if slot.fixed is None)
    for index, slot in enumerate(slots):
        if slot.fixed:
            row = slot.fixed
        else:
            interest = _cents(opening.interest if index == 0 else balance * rate.periodic)
            rest = balance - sum(each.fixed.principal for each in slots[index:] if each.fixed)
            row = Row(slot.due_on, rest if index == last else payment - interest, interest)
        balance -= row.principal
        yield row


def _stretched(slots: Sequence[Slot], free: int, rate: Rate) -> list[Slot]:
    """These days with so many free ones: further ones follow the last, superfluous ones are left out."""
    kept: list[Slot] = []
    for slot in slots:
        if slot.fixed or free:
            kept.append(slot)
            free -= 0 if slot.fixed else 1
    first = slots[-1].due_on
    if rate.unit.kind == "month":
        further = [add_months(first, rate.unit.multiple * step, rate.day) for step in range(1, free + 1)]
    else:
        further = series(first, rate.unit, free + 1)[1:]
    return kept + [Slot(each) for each in further]


def _cents(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _last_free(rows: Sequence[Row], slots: Sequence[Slot]) -> Row:
    fixed = {slot.due_on for slot in slots if slot.fixed}
    return [row for row in rows if row.due_on not in fixed][-1]


def charge(rows: Sequence[Row]) -> int:
    """The finance charge: all interest."""
    return sum(each.interest for each in rows)


def total(rows: Sequence[Row]) -> int:
    """The total of payments."""
    return sum(each.amount for each in rows)


def apr_of(advances: Sequence[Advance], rows: Sequence[Row], rate: Rate) -> Decimal:
    """The annual percentage rate of a schedule, in percent to four decimals; what is taken off counts as repaid."""
    begun = advances[0].on
    if len(advances) == len(rows) == 1:
        per_year, term = of_single_payment(begun, rows[0].due_on)
        return apr.percent([Flow(advances[0].amount, Span(0))], [Flow(rows[0].amount, term)], per_year)
    lent = [Flow(each.amount, between(begun, each.on, rate.unit)) for each in advances if each.amount > 0]
    off = [Flow(-each.amount, between(begun, each.on, rate.unit)) for each in advances if each.amount < 0]
    repaid = [Flow(row.amount, between(begun, row.due_on, rate.unit, rate.day)) for row in rows]
    return apr.percent(lent, off + repaid, rate.unit.per_year)


def disclosed_apr(advances: Sequence[Advance], rows: Sequence[Row], rate: Rate) -> Decimal:
    """The same to a hundredth, as it is shown."""
    return apr.disclosed(apr_of(advances, rows, rate))
