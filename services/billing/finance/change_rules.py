"""What a change makes of a running loan: more lent or a return premium, with the term or the payment kept."""

from collections.abc import Sequence
from datetime import date

from services.billing.finance.payoff_rules import Payoff, Standing
from services.billing.finance.schedules import Advance, Rate, Row, Slot, keeping_payment, keeping_term
from services.contracts.billing.finance import Keep


def endorsed(
    begun_on: date, standings: Sequence[Standing], rate: Rate, change: Advance, keep: Keep
) -> tuple[list[Row], list[Row]]:
    """All rows of the changed loan, and those of them that are new.

    What is due by the day of the change, or touched, stays. The rest is computed anew from what is still lent and
    the change; a period that a touched installment ends bears no more interest than it was scheduled with. Raises
    ValueError where the rest cannot be repaid so.
    """
    past = [each.row for each in standings if each.row.due_on <= change.on]
    future = [each for each in standings if each.row.due_on > change.on]
    slots = [Slot(each.row.due_on, each.row if each.touched else None) for each in future]
    lent = Advance(max([begun_on, *(row.due_on for row in past)]), sum(each.row.principal for each in future))
    rows = _rows([lent, change], rate, slots, keep, _level(future))
    touched = {each.row.due_on for each in future if each.touched}
    return past + rows, [row for row in rows if row.due_on not in touched]


def _rows(advances: Sequence[Advance], rate: Rate, slots: Sequence[Slot], keep: Keep, payment: int) -> list[Row]:
    return keeping_term(advances, rate, slots) if keep == "term" else keeping_payment(advances, rate, slots, payment)


def _level(future: Sequence[Standing]) -> int:
    """The payment that was agreed: the last one differs from it by what rounding left."""
    return next(each.row.amount for each in future if not each.touched)


def called_in(standings: Sequence[Standing], payoff: Payoff, due_on: date) -> tuple[list[Row], list[Row]]:
    """All rows of a loan that ends early, and the last one, which takes the place of those the payoff covers."""
    covered = set(payoff.covered)
    stays = [each.row for each in standings if each.row not in covered]
    last = [Row(due_on, payoff.principal, payoff.interest)] if payoff.amount else []
    return stays + last, last
