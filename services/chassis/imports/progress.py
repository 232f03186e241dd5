"""How far an import is, written in transactions of its own: seen while the one that does it is still open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from services.chassis import outbox
from services.chassis.database import tenant_session
from services.chassis.imports.models import Import, ImportProgress
from services.chassis.work import Work
from services.contracts.messages import Event


def begin(work: Work, row: Import) -> int:
    """Counts that the import is gone on with; answers how often that was begun since it last went on."""
    with _beside(work) as session:
        found = session.get(ImportProgress, row.id)
        if found is None:
            found = ImportProgress(import_id=row.id, company_id=row.company_id, version=0, tries=0, applied=0)
            session.add(found)
        found.tries = found.tries + 1 if found.version == row.version else 1
        found.version, found.applied = row.version, 0
        return found.tries


def note(work: Work, import_id: UUID, applied: int, event: Event) -> None:
    """So many rows are applied, if the transaction that does it ends well; `event` tells so."""
    with _beside(work) as session:
        session.get_one(ImportProgress, import_id).applied = applied
        session.add(outbox.row(event, work.now))


def applied(work: Work, import_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many rows of each are applied so far."""
    if not import_ids:
        return {}
    found = select(ImportProgress.import_id, ImportProgress.applied).where(ImportProgress.import_id.in_(import_ids))
    return {each.import_id: each.applied for each in work.session.execute(found)}


@contextmanager
def _beside(work: Work) -> Iterator[Session]:
    engine = cast(Engine, work.session.get_bind())
    with tenant_session(engine, work.company_id) as session, session.begin():
        yield session
