"""Programs as a use case finds them: visible or locked, with their policies and what is owed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.billing import access
from services.billing.models import Invoice
from services.billing.program_models import Program, ProgramPolicy
from services.billing.program_rules import FIRST_KINDS, LOAN_KINDS, Owed
from services.chassis.work import Work
from services.contracts.billing.programs import PolicyView
from services.contracts.errors import not_found
from services.contracts.money import Money


def visible(work: Work, program_id: UUID, *, lock: bool = False) -> Program:
    """The program, if the principal may see it; with `lock` nobody else changes it until this transaction ends."""
    found = select(Program).where(Program.id == program_id, access.visible_programs(work))
    program = work.session.scalar(found.with_for_update() if lock else found)
    if program is None:
        raise not_found()
    return program


def for_office(work: Work, program_id: UUID) -> Program:
    """The program, locked, for those of the office who may change it."""
    access.office(work, "programs.write")
    return visible(work, program_id, lock=True)


def policies(work: Work, program_ids: Collection[UUID]) -> dict[UUID, list[PolicyView]]:
    """The policies of each program, in the agency's order."""
    found = select(ProgramPolicy, Program.currency).join(Program, Program.id == ProgramPolicy.program_id)
    found = found.where(ProgramPolicy.program_id.in_(program_ids)).order_by(ProgramPolicy.position)
    listed: dict[UUID, list[PolicyView]] = {each: [] for each in program_ids}
    for row, currency in work.session.execute(found):
        listed[row.program_id].append(_policy(row, currency))
    return listed


def _policy(row: ProgramPolicy, currency: str) -> PolicyView:
    return PolicyView(
        id=row.id,
        kind=row.kind,
        number=row.number,
        carrier=row.carrier,
        line=row.line,
        premium=Money(amount=row.premium, currency=currency),
        taxes=Money(amount=row.taxes, currency=currency),
        earned_fees=Money(amount=row.earned_fees, currency=currency),
        unearned_fees=Money(amount=row.unearned_fees, currency=currency),
        effective_on=row.effective_on,
        expires_on=row.expires_on,
    )


def invoices(work: Work, program_id: UUID, *, lock: bool = False) -> Sequence[Invoice]:
    """Its invoices that are owed or paid, by due date; those that are void are left out."""
    found = (
        select(Invoice)
        .where(Invoice.program_id == program_id, Invoice.shared_at.is_not(None), Invoice.voided_at.is_(None))
        .order_by(Invoice.id if lock else Invoice.due_on, Invoice.number)
    )
    if lock:
        found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return work.session.scalars(found).all()


@dataclass(frozen=True)
class Next:
    """The oldest invoice that is owed, in minor units."""

    due_on: date
    balance: int


def owed(work: Work, program_ids: Collection[UUID]) -> dict[UUID, Owed]:
    """What is owed of each program."""
    of = (Invoice.program_id.in_(program_ids), Invoice.shared_at.is_not(None), Invoice.voided_at.is_(None))
    balances = func.sum(Invoice.balance)
    billed = FIRST_KINDS | LOAN_KINDS
    found = (
        select(
            Invoice.program_id,
            balances.filter(Invoice.kind.in_(FIRST_KINDS)),
            balances.filter(Invoice.kind.in_(LOAN_KINDS)),
            func.count().filter(Invoice.kind.in_(billed)),
        )
        .where(*of)
        .group_by(Invoice.program_id)
    )
    known = {row[0]: Owed(int(row[1] or 0), int(row[2] or 0), row[3] > 0) for row in work.session.execute(found)}
    return {each: known.get(each, Owed()) for each in program_ids}


def next_due(work: Work, program_ids: Collection[UUID]) -> dict[UUID, Next]:
    """The oldest invoice that is owed of each program that has one."""
    found = (
        select(Invoice.program_id, Invoice.due_on, Invoice.balance)
        .where(Invoice.program_id.in_(program_ids), Invoice.shared_at.is_not(None), Invoice.balance > 0)
        .order_by(Invoice.program_id, Invoice.due_on, Invoice.number)
        .ext(distinct_on(Invoice.program_id))
    )
    return {row.program_id: Next(row.due_on, row.balance) for row in work.session.execute(found)}
