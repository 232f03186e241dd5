"""Invoices as the rules of paying see them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.billing.models import Allocation, Invoice, Payment
from services.billing.rules import Debt
from services.chassis.work import Work
from services.contracts.billing.payments import PaymentStatus
from services.contracts.principals import FeePolicy, PaymentMethodType


def open_attempts(work: Work, invoice_ids: Collection[UUID]) -> dict[UUID, PaymentStatus]:
    """The status of the open payment of each invoice that has one."""
    rows = work.session.execute(
        select(Allocation.invoice_id, Payment.status)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id.in_(invoice_ids), Allocation.is_open)
    )
    return {row.invoice_id: row.status for row in rows}


def debt_of(invoice: Invoice | Row[Any], attempt: PaymentStatus | None) -> Debt:
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
    )


def _policies(told: dict[str, Any] | None) -> dict[PaymentMethodType, FeePolicy] | None:
    return {kind: FeePolicy.model_validate(policy) for kind, policy in told.items()} if told else None  # type: ignore[misc]
