"""An amount of money: integer minor units and a currency, never a float."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_AMOUNT = 99_999_999_999
"""A billion less a cent: beyond any invoice, and far from where a 64-bit sum would overflow."""

TaxPercent = Annotated[Decimal, Field(ge=0, le=30, decimal_places=4)]
"""A sales tax on one line, rounded half up to the cent per line."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Money(BaseModel):
    """`amount` in minor units (cents) of the ISO 4217 `currency`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int = Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT, strict=True)
    currency: Currency = "USD"

    def __add__(self, other: Self) -> Self:
        return self.with_amount(self.amount + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return self.with_amount(self.amount - self._same(other))

    def with_amount(self, amount: int) -> Self:
        """The same currency, another amount."""
        return self.model_copy(update={"amount": amount})

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return other.amount
