"""Events of invoices to be paid, of cards, and of a visit."""

from datetime import date, time
from typing import Any
from uuid import UUID

from services.contracts.billing.autopay import AutopayMethod
from services.contracts.billing.invoices import InvoiceLine, InvoiceShared, InvoiceView
from services.contracts.billing.methods import MethodAdded
from services.contracts.billing.reminders import CardExpiring, InvoiceDueSoon, InvoiceOverdue
from services.contracts.fieldwork.visits import ServiceContact, VisitUpcoming, VisitView, VisitWindow
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot
from tests.unit.notifications import samples

INVOICE, VISIT, CARD = UUID(int=95), UUID(int=96), UUID(int=97)
LAKESIDE = CustomerSnapshot(id=samples.LAKESIDE, name="Lakeside HOA", address=samples.ADDRESS)
VISA = AutopayMethod(id=CARD, type="card", brand="visa", last4="4242")


def invoice(**change: Any) -> InvoiceView:
    """What Lakeside owes for the Clubhouse."""
    known: dict[str, Any] = {
        "id": INVOICE,
        "number": "INV-2026-00041",
        "kind": "service",
        "status": "due",
        "issued_on": date(2026, 5, 3),
        "due_on": date(2026, 5, 13),
        "total": Money(amount=100_000),
        "balance": Money(amount=100_000),
        "customer": LAKESIDE,
        "property": samples.SITE,
        "services": [InvoiceLine(service="Mowing", unit_price=Money(amount=100_000))],
        "proposal_id": None,
        "service_contact": None,
        "payable": True,
    }
    return InvoiceView(**{**known, **change})


def shared(**change: Any) -> InvoiceShared:
    """It is owed from now on."""
    return InvoiceShared(
        company_id=samples.EVERGREEN, invoice=invoice(**change), branch_id=samples.AUSTIN, billing_contact_id=None
    )


def due_soon() -> InvoiceDueSoon:
    """It falls due."""
    return InvoiceDueSoon(
        company_id=samples.EVERGREEN, invoice=invoice(), branch_id=samples.AUSTIN, billing_contact_id=None
    )


def overdue(days: int = 3) -> InvoiceOverdue:
    """It is late."""
    return InvoiceOverdue(
        company_id=samples.EVERGREEN, invoice=invoice(), branch_id=samples.AUSTIN, billing_contact_id=None, days=days
    )


def card_expiring() -> CardExpiring:
    """Lakeside's card ends."""
    return CardExpiring(
        company_id=samples.EVERGREEN,
        customer_id=samples.LAKESIDE,
        branch_id=samples.AUSTIN,
        payment_method=VISA,
        expires_on=date(2026, 6, 30),
        by_autopay=True,
    )


def method_added() -> MethodAdded:
    """Priya has added a card."""
    return MethodAdded(
        company_id=samples.EVERGREEN,
        payment_method_id=CARD,
        contact_id=samples.PRIYA,
        branch_id=samples.AUSTIN,
        brand="visa",
        last4="4242",
        expires_on=date(2028, 8, 31),
        added_at=samples.NOON,
    )


def visit_upcoming() -> VisitUpcoming:
    """Somebody comes to the Clubhouse tomorrow."""
    visit = VisitView(
        id=VISIT,
        status="scheduled",
        date=date(2026, 5, 4),
        window=VisitWindow(starts=time(8), ends=time(10)),
        time_zone="America/Chicago",
        starts_at=None,
        ends_at=None,
        services=["Mowing"],
        property=samples.SITE,
        service_contact=ServiceContact(name="Rosa Diaz", email="rosa@evergreen.test"),
        notes=[],
        job_id=None,
        proposal_id=None,
        completed_at=None,
        customer_id=samples.LAKESIDE,
        branch_id=samples.AUSTIN,
        service_contact_id=None,
    )
    return VisitUpcoming(company_id=samples.EVERGREEN, visit=visit)
