"""Imports of the CSV files whose rows billing keeps."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.contracts.files import FileView
from services.contracts.identity.audit import Actor
from services.contracts.identity.people import Json
from services.contracts.imports import BadRow, ImportKind, ImportView
from services.contracts.messages import Command, Event, Limit, Page, Query


class StartImport(Command[ImportView]):
    """Has a stored file read and checked; nothing of it is imported before somebody confirms it."""

    kind: ImportKind
    file: FileView


class GetImport(Query[ImportView]):
    import_id: UUID


class ListImports(Query[Page[ImportView]]):
    """Newest first, of the kinds that the principal may import."""

    before: AwareDatetime | None = None
    """Those made earlier than this alone: where the page before ended."""
    limit: Limit = 50


class ListBadRows(Query[Page[BadRow]]):
    """In the file's order."""

    import_id: UUID
    after_row: Annotated[int, Field(ge=0)] = 0
    limit: Limit = 50


class ConfirmImport(Command[ImportView]):
    """Has all of it imported, or with `good_only` what has no problem."""

    import_id: UUID
    good_only: bool = False


class CancelImport(Command[ImportView]):
    """Drops it; refused once it is being imported."""

    import_id: UUID


class ImportChanged(Event):
    """An import went on."""

    version: int
    changed: ImportView


class ImportRecorded(Event):
    """What somebody did with an import, such as `import.confirmed`; identity keeps it in the audit trail."""

    action: str
    import_id: UUID
    file_name: str
    actor: Actor
    ip: str
    user_agent: str
    after: Json
