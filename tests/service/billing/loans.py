"""Loans as billing's tests meet them: an agreement drawn for a choice, signed, its installments paid."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.billing.audit import of_company
from services.contracts.billing.finance import FinanceAgreementView, GetFinanceAgreement
from services.contracts.billing.invoices import GetInvoice, InvoiceView
from services.contracts.billing.payments import PaymentView, RecordPayment
from services.contracts.billing.programs import ChoosePlan, ProgramView
from services.contracts.billing.terms import LoanTerms
from services.contracts.files import FileView
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.proposals.signing import DocumentSigned
from tests.service.billing.conftest import Desk, use_case
from tests.service.billing.insured import TODAY, insured, offered, policy
from tests.service.billing.people import People

SEALED = FileView(key="sealed", name="signed.pdf", content_type="application/pdf", size=1, sha256="0" * 64)


def months(count: int) -> date:
    """About so many months from today, never past the 28th."""
    year, month = divmod(TODAY.year * 12 + TODAY.month - 1 + count, 12)
    return date(year, month + 1, min(TODAY.day, 28))


def chosen(desk: Desk, people: People, begun: int = 0, **fields: Any) -> ProgramView:
    """A program of 1,000.00 premium, 50.00 taxes and 75.00 earned fees, financed and to be signed: it took effect so
    many months from today, at 12 %, in ten installments from a month after that."""
    terms = {
        "annual_rate": Decimal(12),
        "installments": 10,
        "first_due_on": months(begun + 1),
        "late_fee_policy": "LA",
        **fields,
    }
    program = offered(
        desk,
        people,
        policy(effective_on=months(begun), expires_on=months(begun + 12)),
        terms=LoanTerms.model_validate(terms),
    )
    made: ProgramView = desk.ask(insured(people), ChoosePlan(program_id=program.id, plan="financed"))
    return made


def signature(people: People, agreement: FinanceAgreementView) -> DocumentSigned:
    """What proposals tell once the insured has signed."""
    return DocumentSigned(
        company_id=people.company_id,
        version=1,
        kind="finance_agreement",
        document_id=agreement.id,
        branch_id=people.branch_id,
        customer_id=people.customer.id,
        signature_id=new_id(),
        contact_id=new_id(),
        signed_by="Lena Fox",
        signed_at=datetime.now(UTC),
        document=SEALED,
    )


def sign(desk: Desk, people: People, program: ProgramView) -> FinanceAgreementView:
    """The insured signs what was drawn."""
    event = signature(people, read(desk, people, program))
    desk.executor.event("on_document_signed", use_case("on_document_signed"), event)
    return read(desk, people, program)


def lent(desk: Desk, people: People, begun: int = 0, **fields: Any) -> tuple[ProgramView, FinanceAgreementView]:
    """A loan in force."""
    program = chosen(desk, people, begun, **fields)
    return program, sign(desk, people, program)


def read(desk: Desk, people: People, program: ProgramView) -> FinanceAgreementView:
    """The version that counts, as the office sees it."""
    found: FinanceAgreementView = desk.ask(people.office, GetFinanceAgreement(program_id=program.id))
    return found


def invoice(desk: Desk, people: People, agreement: FinanceAgreementView, number: int) -> InvoiceView:
    """An installment's."""
    found: InvoiceView = desk.ask(people.office, GetInvoice(invoice_id=agreement.installments[number - 1].invoice_id))
    return found


def settle(desk: Desk, people: People, owed: InvoiceView, amount: int | None = None) -> PaymentView:
    """A check that the office received for it."""
    command = RecordPayment(
        customer=people.customer,
        branch_id=people.branch_id,
        time_zone="America/Chicago",
        invoice_ids=[owed.id],
        amount=Money(amount=amount or owed.balance.amount),
        received_as="check",
        received_on=TODAY,
    )
    paid: PaymentView = desk.ask(people.office, command)
    return paid


def pay(desk: Desk, people: People, agreement: FinanceAgreementView, *numbers: int) -> None:
    """These installments are paid in full."""
    for number in numbers:
        settle(desk, people, invoice(desk, people, agreement, number))


def grace_passes(desk: Desk, people: People) -> None:
    """The ten days pass that whoever was billed late has: what was due longer ago costs a fee by now."""
    desk.change(people, "UPDATE installment SET late_fee_on = due_on + 10 WHERE late_fee_on IS NOT NULL")


def on_loan(desk: Desk, people: People) -> int:
    """What the ledger has lent and no invoice repays: nothing, whenever nothing is happening."""
    owed = "SELECT coalesce(sum(amount), 0) FROM posting WHERE account = 'loan_receivable'"
    return int(desk.value(people, owed))


def audited(desk: Desk, people: People) -> list[str]:
    """What the audit finds, with what is lent and not billed."""
    return [
        *of_company(desk.engine, people.company_id),
        *([f"{on_loan(desk, people)}"] if on_loan(desk, people) else []),
    ]


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
