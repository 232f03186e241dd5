"""What a payer has chosen, and what it would cost."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from uuid import UUID

from gateway.auth import Caller
from gateway.pages.formats import read_amount
from gateway.paging import LARGEST_PAGE
from gateway.portal.entry import portal_of
from gateway.portal.methods import accepted, provider_form
from services.contracts.billing.invoices import GetInvoice, InvoiceView
from services.contracts.billing.methods import ListPaymentMethods, PaymentMethodView, ProviderFormView
from services.contracts.billing.payments import PaymentQuoteView, QuotePayment
from services.contracts.errors import invalid
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType

FULL, OTHER = "full", "other"


@dataclass(frozen=True)
class Choice:
    """What a payer has chosen so far, as it was typed; without an amount it is the full balance."""

    invoice_ids: list[UUID]
    method: str = ""
    amount: str | None = None

    def query(self) -> Mapping[str, object]:
        """The choice as a query."""
        return {"invoice": self.invoice_ids, **self.values()}

    def values(self) -> dict[str, str]:
        """The choice as the form's fields show it."""
        return {
            "method": self.method,
            "how_much": FULL if self.amount is None else OTHER,
            "amount": self.amount or "",
        }

    def money(self, currency: str) -> Money | None:
        """The amount; raises DomainError where it is none."""
        if self.amount is None:
            return None
        amount = read_amount(self.amount, currency)
        if amount is None:
            raise invalid("Enter an amount such as 125.00.", field="amount")
        return amount

    def method_id(self) -> UUID:
        """The method; raises DomainError where none is chosen."""
        try:
            return UUID(self.method)
        except ValueError:
            raise invalid("Choose how you want to pay.", field="payment_method_id") from None


@dataclass(frozen=True)
class Offer:
    """The invoices and the methods to pay them with; nothing is chosen where there is nothing to choose from."""

    invoices: Sequence[InvoiceView]
    methods: Sequence[PaymentMethodView]
    chosen: PaymentMethodView | None
    provider: ProviderFormView | None

    @property
    def balance(self) -> Money:
        """What is left to pay of all the invoices together."""
        return reduce(add, (invoice.balance for invoice in self.invoices))


async def invoices_of(visitor: Caller, choice: Choice) -> list[InvoiceView]:
    """The chosen invoices; raises DomainError where one is not theirs to see."""
    return await asyncio.gather(*(visitor.ask(GetInvoice(invoice_id=each)) for each in choice.invoice_ids))


async def offer_of(visitor: Caller, choice: Choice, invoices: Sequence[InvoiceView]) -> Offer:
    """What this visitor can pay the invoices with."""
    kept, provider = await asyncio.gather(visitor.ask(ListPaymentMethods(limit=LARGEST_PAGE)), provider_form(visitor))
    types = types_of(visitor, invoices)
    methods = [method for method in accepted(visitor, kept.items) if method.type in types]
    return Offer(invoices, methods, _chosen(methods, choice), provider)


def types_of(visitor: Caller, invoices: Sequence[InvoiceView]) -> list[PaymentMethodType]:
    """Those that the portal takes and that pay all of the invoices: a program is paid by what is offered with it."""
    limits = [each.method_types for each in invoices if each.method_types is not None]
    return [each for each in portal_of(visitor).settings.payment_method_types if all(each in limit for limit in limits)]


def takes_parts(visitor: Caller, invoices: Sequence[InvoiceView]) -> bool:
    """Whether less than all of it may be paid: a payoff is paid whole."""
    return portal_of(visitor).settings.partial_payments and not any(each.kind == "payoff" for each in invoices)


def _chosen(methods: Sequence[PaymentMethodView], choice: Choice) -> PaymentMethodView | None:
    """The one that was asked for, else the default, else the newest; only what can be charged."""
    usable = [method for method in methods if method.usable]
    asked = (method for method in usable if str(method.id) == choice.method)
    default = (method for method in usable if method.default)
    return next(asked, None) or next(default, None) or next(iter(usable), None)


async def price(visitor: Caller, choice: Choice, offer: Offer) -> PaymentQuoteView:
    """What it would cost; raises DomainError where the amount cannot be paid."""
    return await visitor.ask(
        QuotePayment(
            invoice_ids=choice.invoice_ids,
            amount=choice.money(offer.balance.currency),
            payment_method_id=offer.chosen.id if offer.chosen else None,
        )
    )
