"""Rules of programs: how a policy number and a ZIP are compared, what a program comes to, where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.contracts.billing.invoices import InvoiceLine
from services.contracts.billing.programs import ProgramStatus
from services.contracts.billing.terms import Policy
from services.contracts.errors import invalid
from services.contracts.money import MAX_AMOUNT, Money
from services.contracts.principals import InvoiceKind

Stage = Literal["draft", "offered", "elected", "signed", "billed", "cancelled"]
"""`billed` owes its whole in one invoice; `signed` owes a down payment and installments."""

FIRST_KINDS: frozenset[InvoiceKind] = frozenset({"down_payment", "pay_in_full"})
"""What is paid before a program is under way."""
LOAN_KINDS: frozenset[InvoiceKind] = frozenset({"installment", "payoff"})
LAST_EXPIRY = date(2199, 12, 31)
"""Nothing is insured for longer, and days are counted on from here."""


def number_key(number: str) -> str:
    """A policy number as it is looked up: `hia gl 1001` and `HIA-GL-1001` are the same."""
    return "".join(each for each in number.upper() if each.isalnum())


def zip_key(code: str) -> str:
    """The five digits of a ZIP code."""
    return code[:5]


def zip_keys(codes: Iterable[str]) -> list[str]:
    """The same of several, each once."""
    return sorted({zip_key(each) for each in codes})


@dataclass(frozen=True)
class Term:
    """What a program's policies make of it: its first and last day, and what all of it costs, in minor units."""

    effective_on: date
    expires_on: date
    total: int


def term_of(policies: Iterable[Policy], currency: str) -> Term:
    """From the first day of the first to the last of the last; refuses what cannot be billed or found."""
    known = list(policies)
    if any(amount.currency != currency for each in known for amount in _amounts(each)):
        raise invalid(f"Every amount must be in {currency}.", field="policies", reason="currency")
    if any(each.expires_on <= each.effective_on for each in known):
        raise invalid("A policy expires after it takes effect.", field="policies", reason="dates")
    if any(each.expires_on > LAST_EXPIRY for each in known):
        raise invalid("A policy expires before the year 2200.", field="policies", reason="dates")
    if any(not number_key(each.number) for each in known):
        raise invalid("A policy number has letters or digits.", field="policies")
    if len({number_key(each.number) for each in known}) < len(known):
        raise invalid("Two policies have the same number.", field="policies", reason="same_number")
    total = sum(each.total.amount for each in known)
    if total > MAX_AMOUNT:
        raise invalid("A program costs less than a billion.", field="policies")
    return Term(min(each.effective_on for each in known), max(each.expires_on for each in known), total)


def _amounts(policy: Policy) -> tuple[Money, ...]:
    return policy.premium, policy.taxes, policy.earned_fees, policy.unearned_fees


@dataclass(frozen=True)
class Owed:
    """What is owed of a program's shared invoices that are not void, in minor units."""

    first: int = 0
    """Of the down payment, or of the whole."""
    loan: int = 0
    """Of installments and payoffs."""
    is_billed: bool = False
    """Whether any of them is there: after a signature that takes a moment."""


def status(stage: Stage, owed: Owed) -> ProgramStatus:
    """Derived, never stored, for a payment may be reversed: what was paid is then owed again."""
    if stage in ("draft", "offered", "cancelled"):
        return stage
    if stage == "elected":
        return "awaiting_signature"
    if owed.first or not owed.is_billed:
        return "awaiting_payment"
    return "active" if owed.loan else "paid"


# Choosing


def not_choosable_because(stage: Stage, *, may_sign: bool, is_paid: bool) -> str | None:
    """Why a plan cannot be chosen now, as a sentence for the insured, or None."""
    if stage == "cancelled":
        return "This program is cancelled."
    if stage == "signed":
        return "The finance agreement is signed. Please contact the agency about changes."
    if stage not in ("offered", "elected", "billed"):
        return "This program is not offered yet."
    if is_paid:
        return "Something is paid already, or a payment is under way. Please contact the agency about changes."
    if not may_sign:
        return "Ask a colleague who may sign for your company to choose."
    return None


def first_due(effective_on: date, today: date) -> date:
    """When the down payment or the whole is due: before the cover begins, at once where it has begun."""
    return max(effective_on, today)


def lines_of(policies: Iterable[Policy]) -> list[InvoiceLine]:
    """What paying in full bills: each policy's premium, its taxes, its fees."""
    return [
        InvoiceLine(service=f"{what}, {each.number}", description=f"{each.line}, {each.carrier}", unit_price=amount)
        for each in policies
        for what, amount in (
            ("Premium", each.premium),
            ("Taxes", each.taxes),
            ("Fees", each.earned_fees + each.unearned_fees),
        )
        if amount.amount
    ]
