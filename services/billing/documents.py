"""Invoices as PDFs, and how every document is written and kept where the gateway fetches it."""

import hashlib
import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from services.billing import companies, invoices
from services.billing.guests import links
from services.billing.models import Invoice
from services.chassis import files
from services.chassis.documents import render
from services.chassis.work import Work
from services.contracts.billing.invoices import GetInvoice, GetInvoicePdf, InvoiceLine, InvoiceView
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.snapshots import Address

TEMPLATES = Path(__file__).parent / "documents"
STATUS_WORDS = {
    "draft": "Draft",
    "due": "Due",
    "overdue": "Overdue",
    "processing": "Payment processing",
    "paid": "Paid",
    "void": "Void",
}


def invoice_pdf(work: Work, query: GetInvoicePdf) -> FileView:
    """The invoice as it stands today."""
    invoice = invoices.visible(work, query.invoice_id)
    view = invoices.get(work, GetInvoice(invoice_id=query.invoice_id))
    data = {**_invoice_data(work, invoice, view), "pay": _pay_online(work, invoice, query.pay_url)}
    return kept(work, "invoice", f"invoices/{view.id}", f"{view.number}.pdf", data)


def _invoice_data(work: Work, invoice: Invoice, view: InvoiceView) -> dict[str, Any]:
    contact = view.service_contact
    return {
        "company": companies.current(work).name,
        "number": view.number,
        "status": STATUS_WORDS[view.status],
        "void": view.status == "void",
        "issued_on": day(view.issued_on),
        "due_on": day(view.due_on),
        "note": _note(view, work.today(invoice.time_zone)),
        "date": view.issued_on.isoformat(),
        "customer": {"name": view.customer.name, "address": address(view.customer.address)},
        "property": {"name": view.property.name, "address": address(view.property.address)} if view.property else None,
        "contact": [part for part in (contact.name, contact.email, contact.phone) if part] if contact else None,
        "lines": [_line(line) for line in view.services],
        "subtotal": money(view.total.with_amount(invoice.total - invoice.tax)) if invoice.tax else None,
        "tax": money(view.total.with_amount(invoice.tax)) if invoice.tax else None,
        "total": money(view.total),
        "reductions": _reductions(view),
        "balance": money(view.balance if invoice.shared_at or invoice.voided_at else view.total),
    }


def _pay_online(work: Work, invoice: Invoice, pay_url: str | None) -> dict[str, str] | None:
    """The link that anybody can pay it by, as an address and as a QR code; None where there is nothing to pay."""
    if pay_url is None or not links.is_owed(invoice):
        return None
    link = links.handed_out(work, invoice)
    url = pay_url.replace("{token}", link.token)
    drawn = BytesIO()
    segno.make_qr(url, error="m").save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    return {"url": url, "code": drawn.getvalue().decode(), "expires_on": day(link.expires_on)}


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "service": line.service,
        "description": line.description,
        "quantity": f"{line.quantity:,}",
        "unit_price": money(line.unit_price),
        "tax": f"{line.tax_percent.normalize():f}%" if line.tax_percent else None,
        "amount": money(line.unit_price.with_amount(line.quantity * line.unit_price.amount)),
    }


def _reductions(view: InvoiceView) -> list[dict[str, str]]:
    """What has come off the total; a payment that the bank still works on has not."""
    applied = [{"what": f"Credit {each.credit_number}", "amount": money(each.amount)} for each in view.credits]
    paid = [
        {"what": f"Payment {each.number}", "amount": money(each.amount)}
        for each in view.payments
        if each.amount.amount and each.status != "processing"
    ]
    return applied + paid


def _note(view: InvoiceView, today: date) -> str:
    """What the foot of an invoice says of its balance."""
    if view.status == "draft":
        return "This is a draft. Nothing is owed."
    if view.status == "paid":
        return "This invoice is paid in full. Thank you."
    if view.status == "void":
        return f"This invoice is void. Nothing is owed. {view.void_reason}"
    return f"The balance is as of {day(today)}. Please pay by {day(view.due_on)} through your customer portal."


def kept(work: Work, template: str, folder: str, name: str, data: dict[str, Any]) -> FileView:
    """Renders, and keeps under a key of the content: another content never takes the place of one being read."""
    pdf = render(TEMPLATES / f"{template}.typ", data)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
    key = f"billing/{work.company_id}/{folder}/{digest}.pdf"
    return files.put(key, name, "application/pdf", pdf)


def money(value: Money) -> str:
    """As people in the United States write it: $1,234.56."""
    whole, cents = divmod(abs(value.amount), 100)
    sign = "-" if value.amount < 0 else ""
    digits = f"{whole:,}.{cents:02}"
    return f"{sign}${digits}" if value.currency == "USD" else f"{sign}{digits} {value.currency}"


def day(value: date | datetime) -> str:
    """Such as November 3, 2026."""
    return f"{value:%B} {value.day}, {value.year}"


def address(value: Address) -> list[str]:
    """The lines of an envelope."""
    lines = [value.line1, value.line2, f"{value.city}, {value.state} {value.zip}"]
    return [line for line in lines if line]
