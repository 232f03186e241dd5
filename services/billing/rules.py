"""Billing's rules: an invoice's totals, due date and status, who may pay, how an amount is spread, what it costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.billing import fees
from services.contracts import permissions
from services.contracts.billing.invoices import InvoiceLine, InvoiceStatus
from services.contracts.billing.methods import Funding
from services.contracts.billing.payments import PaymentStatus
from services.contracts.errors import DomainError, conflict, forbidden, invalid
from services.contracts.money import MAX_AMOUNT, Money
from services.contracts.principals import FeePolicy, InvoiceKind, PaymentMethodType, PortalSettings, Principal

MINIMUM_CHARGE = 50
"""The least that the provider charges, in cents."""

BILLED_BEFORE = timedelta(days=20)
"""From when on an installment counts in the current balance, which is what is due (C10); it can be paid before that.
Agencies bill a loan's payment about three weeks ahead."""


# Invoices


@dataclass(frozen=True)
class Sums:
    """What an invoice's lines add up to, in minor units."""

    subtotal: int
    tax: int

    @property
    def total(self) -> int:
        return self.subtotal + self.tax


def invoice_sums(lines: Iterable[InvoiceLine], currency: str) -> Sums:
    """The lines and their taxes, added up; invalid where a line or the sum cannot be billed."""
    subtotal = tax = 0
    for line in lines:
        if line.unit_price.currency != currency:
            raise invalid(f"Every line must be in {currency}.", field="lines", reason="currency")
        if line.unit_price.amount < 0:
            raise invalid("A unit price cannot be negative.", field="lines")
        subtotal += line.quantity * line.unit_price.amount
        tax += line_tax(line)
    if not 0 < subtotal + tax <= MAX_AMOUNT:
        raise invalid("An invoice's total must be positive, and less than a billion.", field="lines")
    return Sums(subtotal, tax)


def line_tax(line: InvoiceLine) -> int:
    """The sales tax on one line, rounded half up to the cent."""
    exact = line.quantity * line.unit_price.amount * line.tax_percent / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def check_time_zone(name: str) -> None:
    """Refuses a zone that the world does not have."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise invalid("There is no such time zone.", field="time_zone") from None


def due_date(issued_on: date, net_days: int) -> date:
    """When it falls due by its net terms."""
    return issued_on + timedelta(days=net_days)


def invoice_status(
    *, shared: bool, void: bool, balance: int, due_on: date, today: date, attempt: PaymentStatus | None
) -> InvoiceStatus:
    """Derived, never stored; `attempt` is the status of its open payment, `today` the date at its branch."""
    if void:
        return "void"
    if not shared:
        return "draft"
    if balance == 0:
        return "paid"
    if attempt == "processing":
        return "processing"
    return "overdue" if due_on < today else "due"


def is_billed(kind: InvoiceKind, due_on: date, today: date) -> bool:
    """Whether an invoice counts in the current balance: a loan's installments do some time before they are due."""
    return kind != "installment" or due_on <= today + BILLED_BEFORE


# Who may pay


@dataclass(frozen=True)
class Debt:
    """What the rules need to know of an invoice; `attempt` is the status of its open payment."""

    invoice_id: UUID
    number: str
    due_on: date
    balance: int
    currency: str
    property_id: UUID | None
    billing_contact_id: UUID | None
    attempt: PaymentStatus | None
    kind: InvoiceKind = "service"
    fees: Mapping[PaymentMethodType, FeePolicy] | None = None
    """The invoice's own fee policies, which come before the portal's."""
    is_void: bool = False
    is_lapsed: bool = False
    """Whether it is a payoff that nobody has paid of by its day: it is about to be taken back."""
    method_types: frozenset[PaymentMethodType] | None = None
    """The only types of method that pay it, where its program offers some."""


def refusal(principal: Principal, debts: Sequence[Debt]) -> DomainError | None:
    """Why this principal cannot pay these now, or None. Permission is told before the state of things."""
    if not all(_may_pay(principal, debt) for debt in debts):
        return forbidden("Only the property's primary contact or the invoice's billing contact can pay it.")
    if principal.portal is None or not principal.portal.settings.electronic_payments:
        return forbidden("Online payments are switched off. Please contact the office.", reason="electronic_payments")
    problem = standing_refusal(debts)
    if problem is None and any(debt.is_lapsed for debt in debts):
        return conflict("This payoff was good through its due date. Please contact the office.", reason="lapsed")
    return problem


def _may_pay(principal: Principal, debt: Debt) -> bool:
    if principal.kind == "guest":
        return debt.invoice_id in principal.guest_invoice_ids
    return permissions.may_pay(principal, debt.property_id, debt.billing_contact_id)


def standing_refusal(debts: Sequence[Debt]) -> DomainError | None:
    """Why nobody can pay these now, whoever they are."""
    if any(debt.is_void for debt in debts):
        return conflict("This invoice is void.", reason="void")
    if any(debt.balance == 0 for debt in debts):
        return conflict("This is paid already.", reason="paid")
    if any(debt.attempt for debt in debts):
        return conflict("A payment of this invoice is under way.", reason="open_attempt")
    return None


def method_refusal(debts: Iterable[Debt], method_type: PaymentMethodType) -> DomainError | None:
    """Why this type of method does not pay these, or None: the agency chooses what a program is paid with."""
    if any(debt.method_types is not None and method_type not in debt.method_types for debt in debts):
        return conflict(
            "The agency does not take this type of payment method for this program.",
            field="payment_method_id",
            reason="method_type",
        )
    return None


def first_type(debts: Iterable[Debt], accepted: Sequence[PaymentMethodType]) -> PaymentMethodType:
    """The first type that the portal takes and all of the debts do; the portal's first where there is none."""
    known = list(debts)
    return next((each for each in accepted if method_refusal(known, each) is None), accepted[0])


def not_payable_because(principal: Principal, debt: Debt) -> str | None:
    """A sentence for a contact who sees a balance that they cannot pay online, or None."""
    reason = refusal(principal, [debt])
    if reason:
        return reason.message
    if debt.balance < MINIMUM_CHARGE:
        return "The balance is too small to be paid online. Please contact the office."
    return None


# What a payment charges


@dataclass(frozen=True)
class Charge:
    """A payment that may begin: what it pays of each invoice, and its fee."""

    allocations: dict[UUID, int]
    subtotal: Money
    fee: Money
    fees: dict[UUID, int]
    """What of the fee falls on each invoice that bears one."""
    fee_is_kept: bool
    """Whether no refund gives the fee back."""

    @property
    def total(self) -> Money:
        return self.subtotal + self.fee


def plan_charge(
    principal: Principal,
    debts: Sequence[Debt],
    amount: Money | None,
    method_type: PaymentMethodType,
    funding: Funding = "unknown",
) -> Charge:
    """What paying `amount` of these invoices (all they come to, if None) charges; refuses what may not be paid."""
    problem = refusal(principal, debts)
    if problem:
        raise problem
    assert principal.portal
    return price(principal.portal.settings, debts, amount, method_type, funding)


def price(
    settings: PortalSettings,
    debts: Sequence[Debt],
    amount: Money | None,
    method_type: PaymentMethodType,
    funding: Funding = "unknown",
    *,
    by_autopay: bool = False,
) -> Charge:
    """What a payment that may be made charges. Autopay bears a fee only where its policy says so."""
    problem = method_refusal(debts, method_type)
    if problem:
        raise problem
    subtotal = chosen_amount(debts, amount, partial=settings.partial_payments)
    allocations = allocate(debts, subtotal.amount)
    parts = [
        fees.Part(
            debt.invoice_id,
            debt.kind,
            allocations[debt.invoice_id],
            fees.policy_for(method_type, debt.fees, settings.fees, by_autopay=by_autopay),
        )
        for debt in debts
        if debt.invoice_id in allocations
    ]
    fee = fees.fee_of(parts, funding, subtotal.currency)
    return Charge(allocations, subtotal, subtotal.with_amount(fee.amount), fee.by_invoice, fee.is_kept)


def chosen_amount(debts: Sequence[Debt], amount: Money | None, *, partial: bool) -> Money:
    """The amount to pay, checked against the balances and the portal's settings."""
    currency = debts[0].currency
    owed = Money(amount=sum(debt.balance for debt in debts), currency=currency)
    chosen = amount or owed
    if chosen.amount > owed.amount:
        raise invalid("This is more than the balance.", field="amount", reason="more_than_balance")
    if chosen.amount <= 0:
        raise invalid("The amount must be positive.", field="amount", reason="not_positive")
    if chosen.amount < MINIMUM_CHARGE:
        raise invalid("This is less than can be charged.", field="amount", reason="below_minimum")
    if chosen.currency != currency or any(debt.currency != currency for debt in debts):
        raise invalid(f"These invoices are paid in {currency}.", field="amount", reason="currency")
    # A part of a payoff would keep it standing, so that the loan bore no more interest and was never repaid.
    if chosen.amount < owed.amount and (not partial or any(debt.kind == "payoff" for debt in debts)):
        raise invalid("Only the full balance can be paid here.", field="amount", reason="partial_payments")
    return chosen


def allocate(debts: Iterable[Debt], amount: int) -> dict[UUID, int]:
    """Spreads an amount over invoices, the oldest due first, ties by number; leaves out those that get nothing."""
    spread: dict[UUID, int] = {}
    for debt in sorted(debts, key=lambda each: (each.due_on, each.number)):
        part = min(debt.balance, amount)
        if part:
            spread[debt.invoice_id] = part
            amount -= part
    return spread
