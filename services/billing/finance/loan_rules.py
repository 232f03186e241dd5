"""The loan that an offer comes to: what is paid down, what is financed, its schedule and its APR."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from services.billing.finance import late_fee_rules, schedules
from services.billing.finance.schedules import Advance, Rate, RepaysNothing, Row
from services.billing.finance.unit_periods import MONTH
from services.contracts.billing.terms import LoanTerms, Policy
from services.contracts.errors import invalid

FIRST_DUE_WITHIN = timedelta(days=5 * 366)
"""After the program takes effect. No loan begins to be repaid so late, and beyond year 9999 no day can be computed."""


@dataclass(frozen=True)
class Loan:
    """Amounts in cents. `paid_down` is of the premiums; earned fees are paid down too, and never financed."""

    begun_on: date
    paid_down: int
    earned_fees: int
    financed: int
    rows: tuple[Row, ...]
    apr: Decimal

    @property
    def down_payment(self) -> int:
        return self.paid_down + self.earned_fees

    @property
    def finance_charge(self) -> int:
        return schedules.charge(self.rows)

    @property
    def total_of_payments(self) -> int:
        return schedules.total(self.rows)


def loan(begun_on: date, policies: Sequence[Policy], terms: LoanTerms) -> Loan:
    """What these terms make of these policies; invalid where they make no loan that could be signed."""
    premium = sum(each.premium.amount for each in policies)
    paid_down = _cents(premium * terms.down_payment_percent / 100)
    financed = premium - paid_down + sum(each.taxes.amount + each.unearned_fees.amount for each in policies)
    if not late_fee_rules.is_key(terms.late_fee_policy):
        raise invalid("Name a state's late fee policy, such as NY.", field="terms", reason="late_fee_policy")
    if terms.first_due_on <= begun_on:
        raise invalid("The first installment is due after the program takes effect.", field="first_due_on")
    if terms.first_due_on - begun_on > FIRST_DUE_WITHIN:
        raise invalid("The first installment is due within five years.", field="first_due_on")
    if financed <= 0:
        raise invalid("The down payment leaves nothing to finance.", field="terms")
    advances, rate = [Advance(begun_on, financed)], rate_of(terms)
    try:
        rows = schedules.level(advances, rate, terms.first_due_on, terms.installments)
    except RepaysNothing:
        raise invalid(
            "An installment would repay nothing: offer fewer of them, or have the first one sooner.", field="terms"
        ) from None
    return Loan(
        begun_on=begun_on,
        paid_down=paid_down,
        earned_fees=sum(each.earned_fees.amount for each in policies),
        financed=financed,
        rows=tuple(rows),
        apr=schedules.disclosed_apr(advances, rows, rate),
    )


def rate_of(terms: LoanTerms) -> Rate:
    """What the loan bears, month by month, on the day of the first installment."""
    return Rate(terms.annual_rate, MONTH, terms.first_due_on.day)


def _cents(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
