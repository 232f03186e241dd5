"""Imports, of which two services keep some each: what the API and the pages share."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from types import ModuleType
from uuid import UUID

from obstore.store import ObjectStore
from starlette.datastructures import UploadFile

from gateway import spreadsheets
from gateway.auth import Caller
from gateway.live import SubjectKind
from gateway.paging import LARGEST_PAGE
from gateway.uploads import arriving, keeping, names
from services.contracts import permissions
from services.contracts.billing import imports as billing
from services.contracts.errors import DomainError, forbidden, invalid, not_found
from services.contracts.identity import imports as identity
from services.contracts.imports import MOST_BYTES, PROBLEMS_COLUMN, ROWS, SCOPES, BadRow, ImportKind, ImportView
from services.contracts.messages import Page
from services.contracts.principals import Principal

KEEPERS: dict[ImportKind, ModuleType] = {
    "customers": identity,
    "properties": identity,
    "contacts": identity,
    "invoices": billing,
    "policies": billing,
}
"""The messages of the service that keeps each kind of row; both services' are the same."""
_SERVICES = (identity, billing)


def kinds_of(principal: Principal) -> list[ImportKind]:
    """What the principal may import."""
    return [kind for kind in KEEPERS if permissions.may_in_office(principal, SCOPES[kind])]


async def start(store: ObjectStore, caller: Caller, kind: ImportKind, sent: UploadFile, new_id: UUID) -> ImportView:
    """Keeps the file, and has it read and checked by the service that keeps its rows."""
    if kind not in kinds_of(caller.principal):
        raise forbidden()
    if not sent.size:
        raise invalid("This file is empty.", field="file", reason="file_empty")
    if sent.size > MOST_BYTES:
        raise invalid(f"A file has at most {MOST_BYTES // 1_000_000} MB.", field="file", reason="file_too_large")
    keeper = KEEPERS[kind]
    folder = f"{keeper.__name__.split('.')[-2]}/{caller.principal.company_id}/imports/{new_id}"
    name = names.clean(sent.filename or "", (".csv",))
    async with arriving.on_disk(sent) as path:
        file = await keeping.keep(store, folder, path, name, "text/csv")
    started: ImportView = await caller.ask(keeper.StartImport(id=new_id, kind=kind, file=file))
    return started


async def find(caller: Caller, import_id: UUID) -> ImportView:
    """The import, whichever service keeps it."""
    for service in _SERVICES:
        try:
            found: ImportView = await caller.ask(service.GetImport(import_id=import_id))
        except DomainError as error:
            if error.code != "not_found":
                raise
        else:
            return found
    raise not_found()


def followed(found: ImportView) -> SubjectKind:
    """Under which name its page is told that it went on."""
    return "identity's import" if KEEPERS[found.kind] is identity else "billing's import"


async def page(caller: Caller, before: datetime | None, limit: int) -> Page[ImportView]:
    """The newest of both services."""
    if not kinds_of(caller.principal):
        raise forbidden()
    pages = await asyncio.gather(*(_page(caller, service, before, limit) for service in _SERVICES))
    items = sorted((item for each in pages for item in each.items), key=lambda item: item.created_at, reverse=True)
    more = len(items) > limit or any(each.next_cursor for each in pages)
    shown = items[:limit]
    return Page(items=shown, next_cursor=shown[-1].created_at.isoformat() if more else None)


async def _page(caller: Caller, service: ModuleType, before: datetime | None, limit: int) -> Page[ImportView]:
    """One service's, none where the principal may import nothing there."""
    if not any(KEEPERS[kind] is service for kind in kinds_of(caller.principal)):
        return Page(items=[])
    found: Page[ImportView] = await caller.ask(service.ListImports(before=before, limit=limit))
    return found


async def confirm(caller: Caller, import_id: UUID, new_id: UUID, *, good_only: bool) -> ImportView:
    """Has it imported."""
    keeper = KEEPERS[(await find(caller, import_id)).kind]
    confirmed: ImportView = await caller.ask(keeper.ConfirmImport(id=new_id, import_id=import_id, good_only=good_only))
    return confirmed


async def cancel(caller: Caller, import_id: UUID, new_id: UUID) -> ImportView:
    """Drops it."""
    keeper = KEEPERS[(await find(caller, import_id)).kind]
    cancelled: ImportView = await caller.ask(keeper.CancelImport(id=new_id, import_id=import_id))
    return cancelled


async def bad_rows(caller: Caller, found: ImportView, after_row: int, limit: int) -> Page[BadRow]:
    """Its rows with problems, in the file's order."""
    query = KEEPERS[found.kind].ListBadRows(import_id=found.id, after_row=after_row, limit=limit)
    rows: Page[BadRow] = await caller.ask(query)
    return rows


async def mend(caller: Caller, found: ImportView) -> AsyncIterator[bytes]:
    """The rows with problems as a file to mend and to send again, what is wrong beside each."""
    columns = list(ROWS[found.kind].model_fields)
    yield spreadsheets.MARK + spreadsheets.lines([[*columns, PROBLEMS_COLUMN]])
    after: int | None = 0
    while after is not None:
        rows = await bad_rows(caller, found, after, LARGEST_PAGE)
        yield spreadsheets.lines([*(row.values.get(name, "") for name in columns), _told(row)] for row in rows.items)
        after = int(rows.next_cursor) if rows.next_cursor else None


def _told(row: BadRow) -> str:
    return " | ".join(f"{each.column}: {each.message}" if each.column else each.message for each in row.problems)


def template(kind: ImportKind) -> bytes:
    """A file to begin with: the columns, and an example."""
    fields = ROWS[kind].model_fields
    examples = [str((each.examples or [""])[0]) for each in fields.values()]
    return spreadsheets.MARK + spreadsheets.lines([list(fields), examples])
