"""Receipts as PDFs: what was paid, with what, and what has become of it since."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.billing import companies, payments
from services.billing.documents import day, kept, money
from services.billing.models import Payment
from services.billing.refund_models import Dispute
from services.chassis.work import Work
from services.contracts.billing.payments import GetReceiptPdf, PaymentView, RefundView
from services.contracts.files import FileView

OFFLINE_METHODS = {
    "check": "Check",
    "cash": "Cash",
    "bank_transfer": "Bank transfer",
    "other": "Received by the office",
}
MARKS = {
    "refunded": "This payment was paid back.",
    "disputed": "This payment is disputed at the payer's bank, which holds the money until it is decided.",
    "reversed": "This payment was taken back by the payer's bank. It no longer pays these invoices.",
}
REFUND_WORDS = {"pending": "Refund on its way", "succeeded": "Refunded"}


def pdf(work: Work, query: GetReceiptPdf) -> FileView:
    """The receipt of a payment that has moved money, as it stands today."""
    payment, view = payments.receipted(work, query.payment_id)
    return kept(work, "receipt", f"receipts/{view.id}", f"{payment.receipt_number}.pdf", _data(work, payment, view))


def _data(work: Work, payment: Payment, view: PaymentView) -> dict[str, Any]:
    assert payment.succeeded_at
    zone = ZoneInfo(payment.time_zone)
    paid_at = payment.succeeded_at.astimezone(zone)
    back = [_refund_line(each, zone) for each in view.refunds if each.status in REFUND_WORDS]
    back += _reversal_lines(work, payment, view, zone)
    gone = sum(each.amount for each in (view.refunded, view.reversed) if each)
    return {
        "company": companies.current(work).name,
        "number": payment.receipt_number,
        "payment": view.number,
        "paid_at": day(payment.received_on) if payment.received_on else f"{day(paid_at)}, {paid_at:%-I:%M %p %Z}",
        "date": paid_at.date().isoformat(),
        "payer": view.payer,
        "method": _method(view),
        "mark": MARKS.get(view.status),
        "lines": [
            {"invoice": each.invoice_number, "amount": money(each.amount)}
            for each in view.allocations
            if each.amount.amount
        ],
        "credit": money(view.credited) if view.credited else None,
        "subtotal": money(view.subtotal),
        "fee": money(view.fee) if view.fee.amount else None,
        "total": money(view.total),
        "back": back,
        "kept": money(view.total.with_amount(view.total.amount - gone)) if back else None,
    }


def _method(view: PaymentView) -> str:
    if view.method_type in OFFLINE_METHODS:
        return " ".join(part for part in (OFFLINE_METHODS[view.method_type], view.reference) if part)
    return f"{view.method_brand.replace('_', ' ').title()} ending in {view.method_last4}"


def _refund_line(refund: RefundView, zone: ZoneInfo) -> dict[str, str]:
    amount = refund.amount.with_amount(-refund.amount.amount)
    return {"what": f"{REFUND_WORDS[refund.status]} {_on(refund.created_at, zone)}", "amount": money(amount)}


def _reversal_lines(work: Work, payment: Payment, view: PaymentView, zone: ZoneInfo) -> list[dict[str, str]]:
    lost = select(Dispute).where(Dispute.payment_id == payment.id, Dispute.state == "lost").order_by(Dispute.closed_at)
    return [
        {
            "what": f"Taken back {_on(each.closed_at, zone)}",
            "amount": money(view.total.with_amount(-each.amount)),
        }
        for each in work.session.scalars(lost)
        if each.closed_at
    ]


def _on(moment: datetime, zone: ZoneInfo) -> str:
    return f"on {day(moment.astimezone(zone))}"
