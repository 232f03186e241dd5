"""Events of programs, as an agency's mails tell of them."""

from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.billing.invoices import InvoiceLine, InvoiceView
from services.contracts.billing.programs import AgreementSigned, PaymentRequested, ProgramOffered
from services.contracts.identity.customers import CustomerView
from services.contracts.money import Money
from services.contracts.snapshots import CustomerSnapshot
from tests.unit.notifications import samples

PROGRAM, INVOICE = UUID(int=80), UUID(int=81)
INSURED = CustomerSnapshot(id=samples.LAKESIDE, name="Bluebird Bakery", address=samples.ADDRESS)


def customer(primary_contact_id: UUID | None = samples.PRIYA) -> CustomerView:
    """The insured as identity knows it."""
    return CustomerView(
        id=samples.LAKESIDE,
        name="Bluebird Bakery",
        home_branch_id=samples.AUSTIN,
        mailing_address=samples.ADDRESS,
        primary_contact_id=primary_contact_id,
    )


def offered(**change: Any) -> ProgramOffered:
    """A program to be chosen of."""
    known: dict[str, Any] = {
        "company_id": samples.EVERGREEN,
        "version": 2,
        "program_id": PROGRAM,
        "branch_id": samples.AUSTIN,
        "number": "PRG-2026-00007",
        "name": "Bakery package",
        "customer": INSURED,
        "plans": ["pay_in_full", "financed"],
        "total": Money(amount=1_250_000),
    }
    return ProgramOffered(**{**known, **change})


def agreed() -> AgreementSigned:
    """Its agreement is signed."""
    return AgreementSigned(
        company_id=samples.EVERGREEN,
        version=2,
        program_id=PROGRAM,
        branch_id=samples.AUSTIN,
        number="FA-2026-00003",
        program="Bakery package",
        contact_id=samples.PRIYA,
        signed_by="Priya Shah",
        signed_at=samples.NOON,
        down_payment=Money(amount=250_000),
        total_of_payments=Money(amount=1_043_210),
    )


def payment_requested(*, again: bool = False, **change: Any) -> PaymentRequested:
    """Something to be paid that the insured did not ask for."""
    known: dict[str, Any] = {
        "id": INVOICE,
        "number": "INV-2026-00090",
        "kind": "payoff",
        "status": "due",
        "issued_on": date(2026, 5, 3),
        "due_on": date(2026, 5, 13),
        "total": Money(amount=812_345),
        "balance": Money(amount=812_345),
        "customer": INSURED,
        "property": None,
        "services": [InvoiceLine(service="Payoff of the loan", unit_price=Money(amount=812_345))],
        "proposal_id": None,
        "service_contact": None,
        "payable": True,
    }
    invoice = InvoiceView(**{**known, **change})
    return PaymentRequested(
        company_id=samples.EVERGREEN,
        invoice=invoice,
        branch_id=samples.AUSTIN,
        billing_contact_id=invoice.billing_contact_id,
        program_id=PROGRAM,
        again=again,
    )
