"""How an agreement looks: its figures, its installments by what became of their invoices, what is left of the loan."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from services.billing import payables, rules
from services.billing.finance import installments
from services.billing.finance_models import FinanceAgreement, Installment, LoanPayoff
from services.billing.models import Invoice
from services.chassis.work import Work
from services.contracts.billing.finance import (
    AgreementStatus,
    FinanceAgreementView,
    InstallmentStatus,
    InstallmentView,
    OpenPayoffView,
    ToSignView,
)
from services.contracts.billing.payments import PaymentStatus
from services.contracts.billing.terms import LoanTerms
from services.contracts.money import Money


def view(work: Work, agreement: FinanceAgreement) -> FinanceAgreementView:
    """One version, with what is owed of it today."""
    rows = installments.of(work, agreement.id)
    payoff = standing_payoff(work, agreement.id)
    invoices = _invoices(work, rows, payoff)
    down_payment = _down_payment(work, agreement)

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=agreement.currency)

    status = _status(agreement, invoices, down_payment)
    return FinanceAgreementView(
        id=agreement.id,
        number=agreement.number,
        version=agreement.version,
        status=status,
        amount_financed=money(agreement.amount_financed),
        apr=agreement.apr,
        finance_charge=money(agreement.finance_charge),
        total_of_payments=money(agreement.total_of_payments),
        balance=money(_left(agreement, invoices)),
        down_payment=money(agreement.down_payment),
        terms=LoanTerms.model_validate(agreement.terms),
        installments=_installments(work, agreement, rows, invoices),
        to_sign=_to_sign(agreement),
        signed_by=agreement.signed_by,
        payoff=_payoff(payoff, invoices, agreement.currency),
        down_payment_invoice_id=down_payment.id if down_payment else None,
    )


def standing_payoff(work: Work, agreement_id: UUID) -> LoanPayoff | None:
    """The payoff that has taken the place of installments: to be paid, or paid."""
    found = select(LoanPayoff).where(LoanPayoff.agreement_id == agreement_id, LoanPayoff.ended_at.is_(None))
    return work.session.scalar(found)


def _invoices(work: Work, rows: Sequence[Installment], payoff: LoanPayoff | None) -> dict[UUID, Invoice]:
    """What the loan is repaid by, by id: its installments' invoices, and its payoff's."""
    ids = [each.invoice_id for each in rows if each.invoice_id] + ([payoff.invoice_id] if payoff else [])
    return {each.id: each for each in work.session.scalars(select(Invoice).where(Invoice.id.in_(ids)))}


def _down_payment(work: Work, agreement: FinanceAgreement) -> Invoice | None:
    found = select(Invoice).where(
        Invoice.program_id == agreement.program_id, Invoice.kind == "down_payment", Invoice.voided_at.is_(None)
    )
    return work.session.scalar(found) if agreement.signed_at else None


def _left(agreement: FinanceAgreement, invoices: Mapping[UUID, Invoice]) -> int:
    """The principal that is not repaid: what comes in pays the interest of an invoice first."""
    if agreement.stage == "to_sign":
        return agreement.amount_financed
    return sum(min(each.principal, each.balance) for each in invoices.values())


def _status(
    agreement: FinanceAgreement, invoices: Mapping[UUID, Invoice], down_payment: Invoice | None
) -> AgreementStatus:
    owed = [*invoices.values(), *([down_payment] if down_payment else [])]
    if agreement.stage == "in_force" and not any(each.balance for each in owed):
        return "closed"
    return agreement.stage


def _to_sign(agreement: FinanceAgreement) -> ToSignView | None:
    if agreement.stage != "to_sign":
        return None
    return ToSignView(document_id=agreement.id, document_sha256=agreement.document["sha256"])


def _payoff(payoff: LoanPayoff | None, invoices: Mapping[UUID, Invoice], currency: str) -> OpenPayoffView | None:
    if payoff is None:
        return None
    amount = Money(amount=invoices[payoff.invoice_id].total, currency=currency)
    return OpenPayoffView(invoice_id=payoff.invoice_id, amount=amount, good_through=payoff.good_through)


def _installments(
    work: Work, agreement: FinanceAgreement, rows: Sequence[Installment], invoices: Mapping[UUID, Invoice]
) -> list[InstallmentView]:
    attempts = payables.standing_attempts(work, invoices)

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=agreement.currency)

    views = []
    for each in rows:
        invoice = invoices[each.invoice_id] if each.invoice_id else None
        views.append(
            InstallmentView(
                number=each.number,
                due_on=each.due_on,
                amount=money(each.amount),
                principal=money(each.principal),
                interest=money(each.interest),
                status=_installment_status(work, invoice, attempts),
                invoice_id=each.invoice_id,
                balance=money(invoice.balance) if invoice else None,
            )
        )
    return views


def _installment_status(
    work: Work, invoice: Invoice | None, attempts: Mapping[UUID, PaymentStatus]
) -> InstallmentStatus:
    if invoice is None:
        return "scheduled"
    return rules.invoice_status(
        shared=invoice.shared_at is not None,
        void=invoice.voided_at is not None,
        balance=invoice.balance,
        due_on=invoice.due_on,
        today=work.today(invoice.time_zone),
        attempt=attempts.get(invoice.id),
    )
