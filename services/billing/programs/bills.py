"""Invoices of a program: they have no property, are shared at once, and are paid by what the program offers."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.billing import access, invoice_views, invoicing
from services.billing.models import Invoice
from services.billing.program_models import Program
from services.billing.programs import sights
from services.chassis.work import Work
from services.contracts.billing.invoices import InvoiceLine, InvoiceView
from services.contracts.billing.programs import BillProgram, PaymentRequested, RequestPayment
from services.contracts.errors import conflict, not_found
from services.contracts.principals import InvoiceKind

UNASKED: frozenset[InvoiceKind] = frozenset({"one_time", "payoff"})
"""What comes without the payers' doing, so that they are mailed of it."""


def bill(work: Work, command: BillProgram) -> InvoiceView:
    """A one-time payment of an offered program, owed at once."""
    program = sights.for_office(work, command.program_id)
    if program.stage == "draft":
        raise conflict("Offer the program first: the insured sees nothing of a draft.", reason="draft")
    lines = [InvoiceLine(service=command.description, unit_price=command.amount)]
    return invoice_views.view(work, issue(work, program, "one_time", lines, command.due_on, command.id))


def request(work: Work, command: RequestPayment) -> InvoiceView:
    """Mails the payers of an invoice once more; there must be something to pay."""
    access.office(work, "invoices.write")
    invoice = work.session.get(Invoice, command.invoice_id)
    if invoice is None:
        raise not_found()
    if invoice.shared_at is None:
        raise conflict("Share the invoice first.", reason="draft")
    if not invoice.balance:
        raise conflict("Nothing of this invoice is owed.", reason="paid")
    _ask_payers(work, invoice, again=True)
    return invoice_views.view(work, invoice)


def issue(
    work: Work,
    program: Program,
    kind: InvoiceKind,
    lines: Sequence[InvoiceLine],
    due_on: date,
    invoice_id: UUID,
    *,
    principal: int = 0,
    interest: int = 0,
) -> Invoice:
    """An invoice that is owed from now on; whoever calls has checked that it may be.

    `principal` and `interest` are what of it repays the program's loan, in minor units.
    """
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
        principal=principal,
        interest=interest,
        balance=0,
        created_at=work.now,
    )
    work.session.add(invoice)
    work.session.flush()
    invoicing.show(work, invoice)
    if kind in UNASKED:
        _ask_payers(work, invoice, again=False)
    return invoice


def _ask_payers(work: Work, invoice: Invoice, *, again: bool) -> None:
    work.announce(
        PaymentRequested(
            company_id=invoice.company_id,
            invoice=invoice_views.view(work, invoice),
            branch_id=invoice.branch_id,
            billing_contact_id=invoice.billing_contact_id,
            program_id=invoice.program_id,
            again=again,
        )
    )
