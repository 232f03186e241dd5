"""Invoices of a program: they have no property, are shared at once, and are paid by what the program offers."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.billing import invoicing
from services.billing.models import Invoice
from services.billing.program_models import Program
from services.chassis.work import Work
from services.contracts.billing.invoices import InvoiceLine
from services.contracts.principals import InvoiceKind


def issue(
    work: Work, program: Program, kind: InvoiceKind, lines: Sequence[InvoiceLine], due_on: date, invoice_id: UUID
) -> Invoice:
    """An invoice that is owed from now on; whoever calls has checked that it may be."""
    invoice = Invoice(
        **invoicing.billed(lines, program.currency),
        id=invoice_id,
        company_id=program.company_id,
        number=invoicing.number(work, program.time_zone),
        kind=kind,
        branch_id=program.branch_id,
        time_zone=program.time_zone,
        customer_id=program.customer_id,
        customer=program.customer,
        program_id=program.id,
        visit_ids=[],
        fees=program.fees,
        method_types=program.allowed_methods or None,
        issued_on=work.today(program.time_zone),
        due_on=due_on,
        currency=program.currency,
        balance=0,
        created_at=work.now,
    )
    work.session.add(invoice)
    work.session.flush()
    invoicing.show(work, invoice)
    return invoice
