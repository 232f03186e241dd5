"""Finance agreements: drawn for a choice of plan, withdrawn, signed, read."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.billing import ledger, program_rules
from services.billing.finance import disclosures, installments, loan_rules, views
from services.billing.finance.loan_rules import Loan
from services.billing.finance_models import CURRENT, FinanceAgreement
from services.billing.program_models import Program
from services.billing.programs import bills, sights
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.billing.finance import (
    AgreementReadyToSign,
    AgreementWithdrawn,
    FinanceAgreementView,
    GetFinanceAgreement,
    GetFinanceAgreementPdf,
)
from services.contracts.billing.invoices import InvoiceLine
from services.contracts.billing.programs import AgreementSigned
from services.contracts.billing.terms import LoanTerms, Policy
from services.contracts.errors import not_found
from services.contracts.files import FileView
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.proposals.signing import DocumentSigned
from services.contracts.snapshots import CustomerSnapshot


def draw(work: Work, program: Program, policies: Sequence[Policy], terms: LoanTerms) -> None:
    """Computes the loan, writes its document and has it signed; an unsigned one of before is withdrawn."""
    withdraw(work, program.id)
    loan = loan_rules.loan(program.effective_on, policies, terms)
    agreement = _drawn(work, program, policies, terms, loan)
    agreement.document = disclosures.of(work, program, agreement, loan.rows).model_dump(mode="json")
    work.session.add(agreement)
    work.session.flush()
    installments.schedule(work, agreement, loan.rows)
    _announce(work, program, agreement)


def _drawn(work: Work, program: Program, policies: Sequence[Policy], terms: LoanTerms, loan: Loan) -> FinanceAgreement:
    before = work.session.scalar(
        select(FinanceAgreement)
        .where(FinanceAgreement.program_id == program.id)
        .order_by(FinanceAgreement.version.desc())
    )
    return FinanceAgreement(
        id=new_id(),
        company_id=work.company_id,
        program_id=program.id,
        version=before.version + 1 if before else 1,
        number=before.number if before else next_number(work, "FA", program.time_zone),
        stage="to_sign",
        reason="",
        currency=program.currency,
        state=CustomerSnapshot.model_validate(program.customer).address.state,
        begun_on=loan.begun_on,
        terms=terms.model_dump(mode="json"),
        policies=[each.model_dump(mode="json", include=set(Policy.model_fields)) for each in policies],
        advances=[{"on": loan.begun_on.isoformat(), "amount": loan.financed}],
        apr=loan.apr,
        amount_financed=loan.financed,
        finance_charge=loan.finance_charge,
        total_of_payments=loan.total_of_payments,
        paid_down=loan.paid_down,
        down_payment=loan.down_payment,
        drawn_at=work.now,
        news=1,
    )


def _announce(work: Work, program: Program, agreement: FinanceAgreement) -> None:
    work.announce(
        AgreementReadyToSign(
            company_id=agreement.company_id,
            version=agreement.news,
            agreement_id=agreement.id,
            program_id=program.id,
            branch_id=program.branch_id,
            time_zone=program.time_zone,
            customer=CustomerSnapshot.model_validate(program.customer),
            number=agreement.number,
            title=f"Premium finance agreement, {program.name}",
            document=FileView.model_validate(agreement.document),
            total=Money(amount=agreement.total_of_payments, currency=agreement.currency),
        )
    )


def withdraw(work: Work, program_id: UUID) -> None:
    """Nobody signs what was drawn any more; where nothing was, nothing changes."""
    agreement = current(work, program_id, lock=True)
    if agreement is None or agreement.stage != "to_sign":
        return
    agreement.withdraw(work.now)
    # The index of the version that counts is not deferred: the row must leave it before another comes.
    work.session.flush()
    work.announce(
        AgreementWithdrawn(company_id=agreement.company_id, version=agreement.news, agreement_id=agreement.id)
    )


def sign(work: Work, event: DocumentSigned) -> None:
    """The insured has agreed: the money is lent, and the down payment and every installment are owed.

    A signature under one that was withdrawn meanwhile binds nobody.
    """
    if event.kind != "finance_agreement":
        return
    found = work.session.get(FinanceAgreement, event.document_id)
    program = work.session.get(Program, found.program_id, with_for_update=True) if found else None
    agreement = work.session.get(FinanceAgreement, event.document_id, with_for_update=True, populate_existing=True)
    if program is None or agreement is None or agreement.stage != "to_sign":
        return
    agreement.sign(event.signature_id, event.signed_by, event.signed_at, event.document.model_dump(mode="json"))
    program.sign(work.now)
    lines = [
        ledger.Line("loan_receivable", agreement.amount_financed),
        ledger.Line("revenue", -agreement.amount_financed),
    ]
    ledger.post(work, "loan_made", agreement.id, program.customer_id, program.currency, lines)
    _bill_down_payment(work, program, agreement)
    installments.bill(work, program, installments.of(work, agreement.id))
    _tell_signer(work, program, agreement, event)


def _tell_signer(work: Work, program: Program, agreement: FinanceAgreement, event: DocumentSigned) -> None:
    work.announce(
        AgreementSigned(
            company_id=agreement.company_id,
            version=agreement.news,
            program_id=program.id,
            branch_id=program.branch_id,
            number=agreement.number,
            program=program.name,
            contact_id=event.contact_id,
            signed_by=event.signed_by,
            signed_at=event.signed_at,
            down_payment=Money(amount=agreement.down_payment, currency=agreement.currency),
            total_of_payments=Money(amount=agreement.total_of_payments, currency=agreement.currency),
        )
    )


def _bill_down_payment(work: Work, program: Program, agreement: FinanceAgreement) -> None:
    parts = {
        "Down payment on the premiums": agreement.paid_down,
        "Fully earned fees": agreement.down_payment - agreement.paid_down,
    }
    lines = [
        InvoiceLine(service=what, unit_price=Money(amount=amount, currency=program.currency))
        for what, amount in parts.items()
        if amount
    ]
    due_on = program_rules.first_due(program.effective_on, work.today(program.time_zone))
    if lines:
        bills.issue(work, program, "down_payment", lines, due_on, new_id())


# Read


def current(work: Work, program_id: UUID, *, lock: bool = False) -> FinanceAgreement | None:
    """The version that counts, if there is one."""
    found = select(FinanceAgreement).where(
        FinanceAgreement.program_id == program_id, FinanceAgreement.stage.in_(CURRENT)
    )
    return work.session.scalar(found.with_for_update() if lock else found)


def of_program(work: Work, program_id: UUID) -> FinanceAgreementView | None:
    """The version that counts, without asking who sees it: whoever calls has checked that."""
    agreement = current(work, program_id)
    return views.view(work, agreement) if agreement else None


def get(work: Work, query: GetFinanceAgreement) -> FinanceAgreementView:
    """Of a program that the principal may see."""
    view = of_program(work, sights.visible(work, query.program_id).id)
    if view is None:
        raise not_found("This program has no finance agreement.")
    return view


def document(work: Work, query: GetFinanceAgreementPdf) -> FileView:
    """The signed document, or the one to be signed; with `newest` the paper of the newest version."""
    agreement = current(work, sights.visible(work, query.program_id).id)
    if agreement is None:
        raise not_found("This program has no finance agreement.")
    return FileView.model_validate(agreement.document if query.newest else agreement.sealed or agreement.document)
