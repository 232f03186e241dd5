"""Invoices as the rules of paying see them."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, select

from services.billing.models import UNTOUCHED_STATUSES, Allocation, Invoice, Payment
from services.billing.rules import Debt
from services.chassis.work import Work
from services.contracts.billing.payments import PaymentStatus
from services.contracts.principals import FeePolicy, PaymentMethodType

STANDING_STATUS = case((Payment.is_guest & Payment.status.in_(UNTOUCHED_STATUSES), None), else_=Payment.status)
"""In a statement, an open payment's status, unless it makes way for whoever pays."""


def open_attempts(work: Work, invoice_ids: Collection[UUID]) -> dict[UUID, PaymentStatus]:
    """The status of the open payment of each invoice that has one."""
    return {invoice_id: payment.status for invoice_id, payment in _open(work, invoice_ids)}


def standing_attempts(work: Work, invoice_ids: Collection[UUID]) -> dict[UUID, PaymentStatus]:
    """The same without those of guests that nobody has confirmed: they make way for whoever pays."""
    return {invoice_id: payment.status for invoice_id, payment in _open(work, invoice_ids) if not payment.is_untouched}


def untouched_attempts(work: Work, invoice_ids: Collection[UUID]) -> list[UUID]:
    """The guests' payments of these invoices that nobody has confirmed."""
    return sorted({payment.id for _, payment in _open(work, invoice_ids) if payment.is_untouched})


def _open(work: Work, invoice_ids: Collection[UUID]) -> Iterable[tuple[UUID, Payment]]:
    found = (
        select(Allocation.invoice_id, Payment)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id.in_(invoice_ids), Allocation.is_open)
        .execution_options(populate_existing=True)
    )
    return ((row[0], row[1]) for row in work.session.execute(found))


def debt_of(work: Work, invoice: Invoice | Row[Any], attempt: PaymentStatus | None) -> Debt:
    """An invoice, or a row with the same columns, as the rules see it."""
    return Debt(
        invoice_id=invoice.id,
        number=invoice.number,
        due_on=invoice.due_on,
        balance=invoice.balance,
        currency=invoice.currency,
        property_id=invoice.property_id,
        billing_contact_id=invoice.billing_contact_id,
        attempt=attempt,
        kind=invoice.kind,
        fees=_policies(invoice.fees),
        method_types=frozenset(invoice.method_types) if invoice.method_types else None,
        is_void=invoice.voided_at is not None,
        is_lapsed=_is_lapsed(work, invoice),
    )


def _is_lapsed(work: Work, invoice: Invoice | Row[Any]) -> bool:
    is_untouched_payoff = invoice.kind == "payoff" and invoice.balance == invoice.total
    return is_untouched_payoff and invoice.due_on < work.today(invoice.time_zone)


def _policies(told: dict[str, Any] | None) -> dict[PaymentMethodType, FeePolicy] | None:
    return {kind: FeePolicy.model_validate(policy) for kind, policy in told.items()} if told else None  # type: ignore[misc]
