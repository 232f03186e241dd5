"""The rules of credits: what may be granted, and what of one may reduce an invoice."""

from dataclasses import dataclass

from services.billing.rules import Debt
from services.contracts.errors import DomainError, conflict, invalid
from services.contracts.money import Money


@dataclass(frozen=True)
class Rest:
    """What of a credit is still free, in minor units."""

    unapplied: int
    currency: str


def granting_refusal(amount: Money, currency: str) -> DomainError | None:
    """Why the office cannot grant this, or None."""
    if amount.amount <= 0:
        return invalid("The amount must be positive.", field="amount", reason="not_positive")
    if amount.currency != currency:
        return invalid(f"Credits are in {currency}.", field="amount", reason="currency")
    return None


def applying_refusal(rest: Rest, debt: Debt, amount: Money, *, shared: bool) -> DomainError | None:
    """Why so much of a credit cannot reduce this invoice, or None: what stands in the way, then the amount."""
    return _standing_refusal(debt, shared=shared) or _amount_refusal(rest, debt, amount)


def _standing_refusal(debt: Debt, *, shared: bool) -> DomainError | None:
    if debt.is_void:
        return conflict("This invoice is void.", reason="void")
    if not shared:
        return conflict("A draft is not owed yet. Share it first.", reason="draft")
    if debt.balance == 0:
        return conflict("This is paid already.", reason="paid")
    return under_way_refusal(debt)


def under_way_refusal(debt: Debt) -> DomainError | None:
    """Why credits leave an invoice alone for now, or None: the amount being paid must stay what is owed."""
    return conflict("A payment of this invoice is under way.", reason="open_attempt") if debt.attempt else None


def _amount_refusal(rest: Rest, debt: Debt, amount: Money) -> DomainError | None:
    if amount.amount <= 0:
        return invalid("The amount must be positive.", field="amount", reason="not_positive")
    if amount.currency != rest.currency or rest.currency != debt.currency:
        return invalid(f"This credit is in {rest.currency}.", field="amount", reason="currency")
    if amount.amount > rest.unapplied:
        return invalid("This is more than is left of the credit.", field="amount", reason="more_than_credit")
    if amount.amount > debt.balance:
        return invalid("This is more than the balance.", field="amount", reason="more_than_balance")
    return None
