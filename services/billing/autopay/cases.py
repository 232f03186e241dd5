"""One invoice that autopay is about to charge, with all that decides whether it may."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, select

from services.billing import method_rules, payables, rules
from services.billing.autopay_models import Autopay, Debit
from services.billing.method_models import CustomerAccount, PaymentMethod
from services.billing.models import Invoice, Merchant
from services.billing.rules import Charge, Debt
from services.chassis.work import Work
from services.contracts.errors import DomainError
from services.contracts.principals import Portal

Obstacle = Literal[
    "autopay_off",
    "skipped",
    "paid",
    "open_attempt",
    "electronic_payments",
    "more_than_announced",
    "over_cap",
    "below_minimum",
    "method",
]
"""Why an invoice is not charged now."""

REASONS: dict[Obstacle, str] = {
    "autopay_off": "Autopay is off, or waits for another payment method.",
    "skipped": "The customer skips it.",
    "paid": "It is paid.",
    "open_attempt": "A payment of it is under way.",
    "electronic_payments": "Online payments are switched off.",
    "more_than_announced": "It has come to more than was announced: it is announced again.",
    "over_cap": "It is more than the customer's limit.",
    "below_minimum": "It is too small to be charged.",
    "method": "The payment method cannot be charged.",
}


class Way(NamedTuple):
    """The method, with what else a payment by it needs: held here, they are not read again for the payment."""

    method: PaymentMethod
    account: CustomerAccount
    merchant: Merchant


@dataclass(frozen=True)
class Case:
    """As things are in this transaction."""

    autopay: Autopay
    debit: Debit
    invoice: Invoice
    debt: Debt
    portal: Portal
    way: Way
    method_problem: DomainError | None

    @property
    def method(self) -> PaymentMethod:
        """What is charged."""
        return self.way.method

    @property
    def obstacle(self) -> Obstacle | None:
        """The first thing that stands against charging it, or None."""
        standing: tuple[tuple[Obstacle, bool], ...] = (
            ("autopay_off", self.autopay.status != "on"),
            ("skipped", self.debit.state == "skipped"),
            ("paid", self.debt.is_void or self.debt.balance == 0),
            ("open_attempt", self.debt.attempt is not None),
            ("electronic_payments", not self.portal.settings.electronic_payments),
            ("more_than_announced", self.debt.balance > self.debit.amount),
            ("over_cap", self.autopay.cap is not None and self.debt.balance > self.autopay.cap),
            ("below_minimum", self.debt.balance < rules.MINIMUM_CHARGE),
            ("method", self.method_problem is not None),
        )
        return next((obstacle for obstacle, stands in standing if stands), None)

    @property
    def charge(self) -> Charge:
        """What it would be charged: all that is owed, with a fee only where its policy wants one on autopay."""
        return rules.price(
            self.portal.settings, [self.debt], None, self.method.type, self.method.funding, by_autopay=True
        )


def of(work: Work, invoice_id: UUID, portal: Portal, *, lock: bool) -> Case:
    """With `lock`, nobody pays the invoice, removes the method or changes the autopay until the transaction ends."""
    shared, own = {"read": True} if lock else None, {"key_share": True} if lock else None
    its_autopay = select(Autopay).join(Debit, Debit.autopay_id == Autopay.id).where(Debit.invoice_id == invoice_id)
    (autopay,) = _row(work, its_autopay, Autopay, shared)
    # The debit is read once nobody changes the autopay any more.
    due = select(Invoice, Debit).join(Debit, Debit.invoice_id == Invoice.id).where(Invoice.id == invoice_id)
    invoice, debit = _row(work, due, Invoice, own)
    way = _way(work, autopay.payment_method_id, shared)
    attempt = payables.open_attempts(work, [invoice_id]).get(invoice_id)
    debt = payables.debt_of(work, invoice, attempt)
    return Case(autopay, debit, invoice, debt, portal, way, _method_problem(work, portal, debt, way.method))


def _way(work: Work, method_id: UUID, lock: dict[str, bool] | None) -> Way:
    found = (
        select(PaymentMethod, CustomerAccount, Merchant)
        .join(CustomerAccount, CustomerAccount.customer_id == PaymentMethod.customer_id)
        .join(Merchant, Merchant.company_id == PaymentMethod.company_id)
        .where(PaymentMethod.id == method_id)
    )
    return Way(*_row(work, found, PaymentMethod, lock))


def _row(
    work: Work, found: Select[*tuple[Any, ...]], table: type[Any], lock: dict[str, bool] | None
) -> Row[*tuple[Any, ...]]:
    """The one row, with its part of this table locked."""
    if lock:
        found = found.with_for_update(of=table, **lock)
    return work.session.execute(found.execution_options(populate_existing=True)).one()


def _method_problem(work: Work, portal: Portal, debt: Debt, method: PaymentMethod) -> DomainError | None:
    if method.removed_at is not None:
        return DomainError("conflict", "The payment method was removed.")
    problem = method_rules.refusal(
        method.type, method.expires_on, portal.settings, work.today(portal.time_zone), is_verified=method.is_verified
    )
    return problem or rules.method_refusal([debt], method.type)
