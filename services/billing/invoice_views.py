"""How invoices look to those who may see them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select

from services.billing import payables, rules
from services.billing.credit_models import CreditApplication
from services.billing.models import Allocation, Invoice, Payment
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.billing.invoices import (
    AppliedCredit,
    InvoiceLine,
    InvoicePayment,
    InvoiceStatus,
    InvoiceSummary,
    InvoiceView,
)
from services.contracts.billing.payments import PaymentStatus
from services.contracts.money import Money
from services.contracts.principals import Principal
from services.contracts.snapshots import CustomerSnapshot, Person, PropertySnapshot


def view(work: Work, invoice: Invoice) -> InvoiceView:
    """An invoice with everything that has reduced it."""
    principal = work.principal
    attempt = payables.standing_attempts(work, [invoice.id]).get(invoice.id)
    asks = principal.kind in ("contact", "guest") and invoice.shared_at is not None and invoice.balance > 0
    because = rules.not_payable_because(principal, payables.debt_of(work, invoice, attempt)) if asks else None
    return InvoiceView(
        id=invoice.id,
        number=invoice.number,
        kind=invoice.kind,
        status=_status(work, invoice, attempt),
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=Money(amount=invoice.total, currency=invoice.currency),
        balance=Money(amount=invoice.balance, currency=invoice.currency),
        customer=CustomerSnapshot.model_validate(invoice.customer),
        property=PropertySnapshot.model_validate(invoice.property) if invoice.property else None,
        services=[InvoiceLine.model_validate(line) for line in invoice.lines],
        proposal_id=invoice.proposal_id,
        program_id=invoice.program_id,
        method_types=invoice.method_types,
        service_contact=service_contact(principal, invoice.service_contact),
        payable=asks and because is None,
        not_payable_because=because,
        subtotal=Money(amount=invoice.total - invoice.tax, currency=invoice.currency),
        tax=Money(amount=invoice.tax, currency=invoice.currency),
        visit_ids=invoice.visit_ids,
        billing_contact_id=invoice.billing_contact_id,
        credits=_credits(work, invoice),
        payments=_payments(work, invoice),
        void_reason=invoice.void_reason,
    )


def summary(work: Work, principal: Principal, row: Invoice | Row[Any], attempt: PaymentStatus | None) -> InvoiceSummary:
    """An invoice, or a row with the same columns, as a list shows it; `attempt` is the status of its open payment."""
    return InvoiceSummary(
        id=row.id,
        number=row.number,
        kind=row.kind,
        status=_status(work, row, attempt),
        due_on=row.due_on,
        total=Money(amount=row.total, currency=row.currency),
        balance=Money(amount=row.balance, currency=row.currency),
        property=row.property,
        services=row.service_names,
        proposal_id=row.proposal_id,
        program_id=row.program_id,
        billed=rules.is_billed(row.kind, row.due_on, work.today(row.time_zone)),
        payable=row.balance > 0 and rules.not_payable_because(principal, payables.debt_of(work, row, attempt)) is None,
        customer=row.customer if permissions.in_office(principal) else None,
    )


def service_contact(principal: Principal, told: dict[str, Any] | None) -> Person | None:
    """Whom to turn to; customers see the phone only where the portal's settings show it."""
    if told is None:
        return None
    person = Person.model_validate(told)
    hidden = principal.portal is not None and not principal.portal.settings.show_service_contact_phone
    return person.model_copy(update={"phone": None}) if hidden else person


def _status(work: Work, invoice: Invoice | Row[Any], attempt: PaymentStatus | None) -> InvoiceStatus:
    return rules.invoice_status(
        shared=invoice.shared_at is not None,
        void=invoice.voided_at is not None,
        balance=invoice.balance,
        due_on=invoice.due_on,
        today=work.today(invoice.time_zone),
        attempt=attempt,
    )


def _credits(work: Work, invoice: Invoice) -> list[AppliedCredit]:
    """One for each credit, with all that it gives to the invoice."""
    applied = select(CreditApplication).where(
        CreditApplication.invoice_id == invoice.id, CreditApplication.taken_back_at.is_(None)
    )
    sums: dict[tuple[UUID, str], int] = {}
    for each in work.session.scalars(applied.order_by(CreditApplication.applied_at, CreditApplication.id)):
        key = each.credit_id, each.credit_number
        sums[key] = sums.get(key, 0) + each.amount
    return [
        AppliedCredit(credit_id=credit_id, credit_number=number, amount=Money(amount=amount, currency=invoice.currency))
        for (credit_id, number), amount in sums.items()
    ]


def _payments(work: Work, invoice: Invoice) -> list[InvoicePayment]:
    """Those that have moved money, whatever became of it, and one that the bank works on."""
    concerning = (
        select(Allocation, Payment)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id == invoice.id)
        .where(or_(Payment.succeeded_at.is_not(None), Payment.status == "processing"))
        .order_by(Payment.created_at, Payment.id)
    )
    return [
        InvoicePayment(
            payment_id=payment.id,
            number=payment.number,
            status=payment.status,
            amount=Money(amount=part.amount - part.returned, currency=invoice.currency),
            paid_at=payment.succeeded_at or payment.created_at,
            fee=Money(amount=part.fee, currency=invoice.currency) if part.fee else None,
        )
        for part, payment in work.session.execute(concerning)
    ]
