"""The way to a program: a guest who has begun to pay and confirmed nothing does not stand in it."""

from uuid import UUID

from sqlalchemy import select

from services.billing import settlement
from services.billing.models import Invoice
from services.billing.program_models import Program
from services.billing.programs import sights
from services.chassis.work import Steps, Work


def for_office(work: Work, program_id: UUID) -> Steps[Program]:
    """The program as `sights.for_office` finds it, once such attempts at what is owed of it are closed."""
    sights.for_office(work, program_id)
    yield from clear(work, program_id)
    return sights.for_office(work, program_id)


def clear(work: Work, program_id: UUID) -> Steps[None]:
    """Closes such attempts; what was locked before has to be locked again."""
    owed = select(Invoice.id).where(Invoice.program_id == program_id, Invoice.balance > 0)
    yield from settlement.make_way(work, work.session.scalars(owed).all())
