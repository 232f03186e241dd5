"""What the office does to invoices: drafts them, changes drafts, shares them, takes them back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.billing import access, applications, companies, invoice_views, ledger, payables, rules, settlement
from services.billing.models import Invoice
from services.chassis.numbers import next_number
from services.chassis.work import Steps, Work
from services.contracts.billing.invoices import (
    ChangeInvoice,
    CreateInvoice,
    InvoiceLine,
    InvoiceShared,
    InvoiceView,
    ShareInvoice,
    VoidInvoice,
)
from services.contracts.errors import conflict, not_found


def create(work: Work, command: CreateInvoice) -> InvoiceView:
    """The office drafts; nobody owes a draft."""
    access.office(work, "invoices.write")
    company = companies.current(work)
    sums = billed(command.lines, company.currency)
    rules.check_time_zone(command.time_zone)
    issued_on = work.today(command.time_zone)
    told = command.model_dump(mode="json", include={"customer", "property", "service_contact", "fees"})
    invoice = Invoice(
        **told,
        **sums,
        id=command.id,
        company_id=company.company_id,
        kind=command.kind,
        branch_id=command.branch_id,
        time_zone=command.time_zone,
        customer_id=command.customer.id,
        property_id=command.property.id if command.property else None,
        billing_contact_id=command.billing_contact_id,
        proposal_id=command.proposal_id,
        visit_ids=command.visit_ids,
        issued_on=issued_on,
        due_on=rules.due_date(issued_on, command.net_days),
        currency=company.currency,
        balance=0,
        created_at=work.now,
        number=number(work, command.time_zone),
    )
    work.session.add(invoice)
    return invoice_views.view(work, invoice)


def change(work: Work, command: ChangeInvoice) -> InvoiceView:
    """Only a draft changes; what customers have seen is voided and raised again."""
    invoice = _locked(work, command.invoice_id)
    if invoice.voided_at is not None:
        raise conflict("This invoice is void.", reason="void")
    if invoice.shared_at is not None:
        raise conflict("This invoice is shared. Void it and raise another.", reason="shared")
    if command.lines is not None:
        for name, value in billed(command.lines, invoice.currency).items():
            setattr(invoice, name, value)
    if command.net_days is not None:
        invoice.due_on = rules.due_date(invoice.issued_on, command.net_days)
    if command.billing_contact_id is not None:
        invoice.billing_contact_id = command.billing_contact_id
    if command.visit_ids is not None:
        invoice.visit_ids = command.visit_ids
    return invoice_views.view(work, invoice)


def share(work: Work, command: ShareInvoice) -> InvoiceView:
    """The office shows it to the customer, and from then it is owed; a second time changes nothing."""
    invoice = _locked(work, command.invoice_id)
    if invoice.voided_at is not None:
        raise conflict("This invoice is void.", reason="void")
    if invoice.shared_at is not None:
        return invoice_views.view(work, invoice)
    return show(work, invoice)


def show(work: Work, invoice: Invoice) -> InvoiceView:
    """Has a draft owed from now on, and tells so."""
    owe(work, invoice)
    view = invoice_views.view(work, invoice)
    work.announce(
        InvoiceShared(
            company_id=invoice.company_id,
            invoice=view,
            branch_id=invoice.branch_id,
            billing_contact_id=invoice.billing_contact_id,
        )
    )
    return view


def owe(work: Work, invoice: Invoice) -> None:
    """Has a draft owed from now on; nobody is told."""
    invoice.share(work.now)
    _post(work, "invoice_shared", invoice, 1)


def void(work: Work, command: VoidInvoice) -> Steps[InvoiceView]:
    """Takes it back for good, unless somebody pays or has paid of it; its credits are free again."""
    access.office(work, "invoices.write")
    yield from settlement.make_way(work, [command.invoice_id])
    invoice = _locked(work, command.invoice_id)
    if invoice.principal or invoice.interest:
        raise conflict(
            "This invoice repays a loan. Endorse, pay off or cancel the agreement, or withdraw its payoff.",
            reason="on_loan",
        )
    if invoice.voided_at is None:
        take_back(work, invoice, command.reason)
    return invoice_views.view(work, invoice)


def take_back(work: Work, invoice: Invoice, reason: str) -> None:
    """Voids a locked invoice; a conflict where somebody pays or has paid of it."""
    if payables.open_attempts(work, [invoice.id]):
        raise conflict("A payment of this invoice is under way.", reason="open_attempt")
    if is_paid_of(work, invoice):
        raise conflict("Something was paid of this invoice. Refund it so that it is owed again first.", reason="paid")
    applications.take_back_all(work, invoice)
    invoice.void(work.now, reason)
    if invoice.shared_at is not None:
        _post(work, "invoice_voided", invoice, -1)


def _locked(work: Work, invoice_id: UUID) -> Invoice:
    access.office(work, "invoices.write")
    invoice = work.session.get(Invoice, invoice_id, with_for_update=True)
    if invoice is None:
        raise not_found()
    return invoice


def number(work: Work, time_zone: str) -> str:
    """The next invoice number."""
    return next_number(work, "INV", time_zone)


def billed(lines: Sequence[InvoiceLine], currency: str) -> dict[str, Any]:
    """The columns that follow from the lines."""
    sums = rules.invoice_sums(lines, currency)
    return {
        "lines": [line.model_dump(mode="json") for line in lines],
        "service_names": [line.service for line in lines],
        "tax": sums.tax,
        "total": sums.total,
    }


def is_paid_of(work: Work, invoice: Invoice) -> bool:
    """Whether payments have reduced it by anything that did not come back."""
    return invoice.shared_at is not None and invoice.balance + applications.applied(work, invoice) < invoice.total


def _post(work: Work, kind: ledger.EntryKind, invoice: Invoice, sign: int) -> None:
    on_loan = invoice.principal + invoice.interest
    lines = [
        ledger.Line("accounts_receivable", sign * invoice.total, invoice.id),
        ledger.Line("revenue", -sign * (invoice.total - invoice.tax - on_loan), invoice.id),
        ledger.Line("sales_tax", -sign * invoice.tax, invoice.id),
        ledger.Line("loan_receivable", -sign * invoice.principal, invoice.id),
        ledger.Line("interest", -sign * invoice.interest, invoice.id),
    ]
    ledger.post(work, kind, invoice.id, invoice.customer_id, invoice.currency, lines)
