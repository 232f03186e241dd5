"""Imports of billing's rows, as its messages ask for them."""

from uuid import UUID

from services.billing.imports.invoices import Invoices
from services.billing.imports.policies import Policies
from services.chassis.imports import views
from services.chassis.imports.desk import Desk
from services.chassis.imports.models import Import
from services.chassis.work import Work
from services.contracts.billing.imports import (
    CancelImport,
    ConfirmImport,
    GetImport,
    ImportChanged,
    ImportRecorded,
    ListBadRows,
    ListImports,
    StartImport,
)
from services.contracts.identity.audit import Actor
from services.contracts.imports import BadRow, ImportView
from services.contracts.messages import Page


def _tell(row: Import, view: ImportView) -> ImportChanged:
    return ImportChanged(company_id=row.company_id, version=row.version, changed=view)


def _record(work: Work, row: Import, done: str) -> None:
    """Who did what with which file, for identity's audit trail."""
    principal = work.principal
    work.announce(
        ImportRecorded(
            company_id=row.company_id,
            action=f"import.{done}",
            import_id=row.id,
            file_name=row.name,
            actor=Actor(kind=principal.kind, id=principal.id, name=principal.name),
            ip=work.client.ip,
            user_agent=work.client.user_agent,
            after=views.told(row),
        )
    )


_DESK = Desk(kinds={"invoices": Invoices(), "policies": Policies()}, tell=_tell, record=_record)


def start(work: Work, command: StartImport) -> ImportView:
    """Whoever may write what is imported."""
    return _DESK.start(work, command.id, command.kind, command.file)


def get(work: Work, query: GetImport) -> ImportView:
    """For those who may import its kind."""
    return _DESK.get(work, query.import_id)


def page(work: Work, query: ListImports) -> Page[ImportView]:
    """Newest first."""
    return _DESK.page(work, query.before, query.limit)


def bad_rows(work: Work, query: ListBadRows) -> Page[BadRow]:
    """In the file's order."""
    return _DESK.bad_rows(work, query.import_id, query.after_row, query.limit)


def confirm(work: Work, command: ConfirmImport) -> ImportView:
    """Once all of it is checked."""
    return _DESK.confirm(work, command.import_id, good_only=command.good_only)


def cancel(work: Work, command: CancelImport) -> ImportView:
    """As long as nobody has confirmed it."""
    return _DESK.cancel(work, command.import_id)


def go_on(work: Work, import_id: UUID) -> None:
    """One turn of an import: a transaction of its own."""
    _DESK.runner.run(work, import_id)
