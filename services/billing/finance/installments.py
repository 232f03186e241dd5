"""Installments as rows and invoices: scheduled with an agreement, billed, taken back for a change, as they stand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from services.billing import documents, invoicing, payables
from services.billing.autopay_models import Debit
from services.billing.finance import late_fee_rules
from services.billing.finance.payoff_rules import Standing
from services.billing.finance.schedules import Row
from services.billing.finance_models import FinanceAgreement, Installment
from services.billing.models import Invoice
from services.billing.program_models import Program
from services.billing.programs import bills
from services.chassis.work import Work
from services.contracts.billing.invoices import InvoiceLine
from services.contracts.billing.terms import LoanTerms
from services.contracts.messages import new_id
from services.contracts.money import Money


@dataclass(frozen=True)
class Held:
    """An installment of a signed agreement and its invoice, locked; `touched` where somebody has paid of it or pays."""

    installment: Installment
    invoice: Invoice
    touched: bool

    @property
    def row(self) -> Row:
        return row_of(self.installment)

    @property
    def standing(self) -> Standing:
        """As the rules see it."""
        return Standing(self.row, self.touched)


def row_of(installment: Installment) -> Row:
    """As the engine made it."""
    return Row(installment.due_on, installment.principal, installment.interest)


def schedule(
    work: Work, agreement: FinanceAgreement, rows: Iterable[Row], kept: Iterable[Installment] = ()
) -> list[Installment]:
    """The installments of a new version, numbered by their days; those that it keeps keep their invoices."""
    parts: list[tuple[Row, Installment | None]] = [(row, None) for row in rows]
    parts += [(row_of(each), each) for each in kept]
    made = [
        _installment(agreement, number, row, before)
        for number, (row, before) in enumerate(sorted(parts, key=_by_day), start=1)
    ]
    work.session.add_all(made)
    work.session.flush()
    return made


def _by_day(part: tuple[Row, Installment | None]) -> tuple[date, bool]:
    """What is kept comes before what is new on the same day."""
    row, before = part
    return row.due_on, before is None


def _installment(agreement: FinanceAgreement, number: int, row: Row, before: Installment | None) -> Installment:
    late_fee_on = before.late_fee_on if before else _late_fee_on(agreement, row.due_on, row.due_on)
    if before:
        before.late_fee_on = None
    return Installment(
        id=new_id(),
        company_id=agreement.company_id,
        agreement_id=agreement.id,
        number=number,
        due_on=row.due_on,
        amount=row.amount,
        principal=row.principal,
        interest=row.interest,
        invoice_id=before.invoice_id if before else None,
        late_fee_on=late_fee_on,
    )


def _late_fee_on(agreement: FinanceAgreement, due_on: date, owed_on: date) -> date | None:
    """From when on a fee may be due, by the policy in force on the installment's day.

    Nobody is late with what was not owed: one that was billed after its day has its grace from then.
    """
    key = LoanTerms.model_validate(agreement.terms).late_fee_policy
    policy = late_fee_rules.policy_of(key, due_on)
    return late_fee_rules.falls_due(policy, max(due_on, owed_on)) if policy else None


def bill(work: Work, program: Program, installments: Sequence[Installment]) -> None:
    """Has those owed that have no invoice. All of a loan are at once, so that a future one can be paid."""
    for each in installments:
        if each.invoice_id is None:
            invoice = bills.issue(
                work,
                program,
                "installment",
                [_line(program, each, len(installments))],
                each.due_on,
                new_id(),
                principal=each.principal,
                interest=each.interest,
            )
            each.invoice_id = invoice.id
            if each.late_fee_on:
                agreement = work.session.get_one(FinanceAgreement, each.agreement_id)
                each.late_fee_on = _late_fee_on(agreement, each.due_on, invoice.issued_on)


def _line(program: Program, installment: Installment, count: int) -> InvoiceLine:
    principal, interest, amount = (
        Money(amount=value, currency=program.currency)
        for value in (installment.principal, installment.interest, installment.amount)
    )
    return InvoiceLine(
        service=f"Installment {installment.number} of {count}",
        description=f"{program.name}: {documents.money(principal)} principal, {documents.money(interest)} interest",
        unit_price=amount,
    )


def of(work: Work, agreement_id: UUID) -> Sequence[Installment]:
    """A version's installments, in order."""
    found = select(Installment).where(Installment.agreement_id == agreement_id).order_by(Installment.number)
    return work.session.scalars(found).all()


def held(work: Work, agreement: FinanceAgreement, *, lock: bool = True) -> list[Held]:
    """The installments of a signed agreement; with `lock` nobody begins to pay one until this transaction ends."""
    installments = of(work, agreement.id)
    found = select(Invoice).where(Invoice.id.in_([each.invoice_id for each in installments])).order_by(Invoice.id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    invoices = {each.id: each for each in work.session.scalars(found)}
    begun = touched(work, invoices.values())
    return [Held(each, invoices[each.invoice_id], each.invoice_id in begun) for each in installments if each.invoice_id]


def touched(work: Work, invoices: Collection[Invoice]) -> set[UUID]:
    """Those that something has reduced, or that somebody is paying; asked after the lock, for an attempt that was
    waited for counts."""
    attempts = payables.open_attempts(work, [each.id for each in invoices])
    return {each.id for each in invoices if each.balance < each.total or each.id in attempts}


def take_back(work: Work, covered: Iterable[Held], reason: str) -> None:
    """Nobody owes these any more; something else takes their place."""
    for each in covered:
        invoicing.take_back(work, each.invoice, reason)


def bill_again(work: Work, program: Program, installments: Sequence[Installment]) -> None:
    """Those whose invoices are void are owed again, by others."""
    ids = [each.invoice_id for each in installments]
    void = set(work.session.scalars(select(Invoice.id).where(Invoice.id.in_(ids), Invoice.voided_at.is_not(None))))
    before = {each.id: each.invoice_id for each in installments if each.invoice_id in void}
    for each in installments:
        if each.id in before:
            each.invoice_id = None
    bill(work, program, installments)
    keep_skipped(work, [(before[each.id], each.invoice_id) for each in installments if each.id in before])


def keep_skipped(work: Work, replaced: Iterable[tuple[UUID | None, UUID | None]]) -> None:
    """What its payer skips of autopay stays skipped: of each pair the second invoice is in the place of the first."""
    for old, new in replaced:
        skipped = update(Debit).where(Debit.invoice_id == old, Debit.state == "skipped")
        work.session.execute(skipped.values(invoice_id=new))
