"""What a program is made of and what the agency offers with it: policies, plans, the terms of a loan."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from services.contracts.messages import View
from services.contracts.money import Money
from services.contracts.snapshots import Name

Plan = Literal["pay_in_full", "financed"]
PolicyNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)]
NOTHING = Money(amount=0)


class Policy(View):
    """A policy, or a quote that becomes one; the agency states all of it. Amounts are in the company's currency."""

    kind: Literal["policy", "quote"] = "policy"
    number: PolicyNumber
    carrier: Name
    line: Name
    """The line of business, such as General Liability."""
    premium: Money
    taxes: Money = NOTHING
    earned_fees: Money = NOTHING
    """Fully earned: part of the down payment, and never given back."""
    unearned_fees: Money = NOTHING
    """Financed like taxes, and given back in part on a cancellation."""
    effective_on: date
    expires_on: date

    @model_validator(mode="after")
    def _amounts(self) -> "Policy":
        if (
            self.premium.amount <= 0
            or min(each.amount for each in (self.taxes, self.earned_fees, self.unearned_fees)) < 0
        ):
            raise ValueError("a premium is positive, taxes and fees are not negative")
        return self

    @property
    def total(self) -> Money:
        """Premium, taxes and fees."""
        return self.premium + self.taxes + self.earned_fees + self.unearned_fees


class LoanTerms(View):
    """What the agency offers a loan at. The advance is dated by the program's `effective_on`."""

    annual_rate: Percent
    """Nominal interest, in percent a year."""
    installments: Annotated[int, Field(ge=1, le=36)]
    """How many monthly payments after the down payment."""
    first_due_on: date
    down_payment_percent: Percent = Decimal(20)
    """Of the premiums; fully earned fees come on top."""
    late_fee_policy: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    """The key of the state's late fee policy."""
