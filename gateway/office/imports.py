"""Imports: a file is sent and checked, its problems are listed by row, and it is imported as a whole, or dropped."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.exports.streams import sent
from gateway.issuing import imports as issuing
from gateway.live import Live
from gateway.office.entry import Member
from gateway.office.sending import typed_in
from gateway.office.showing import done, show_list
from gateway.pages.forms import Form, command_id, refused, texts, wrong
from gateway.requests import LARGEST_NUMBER
from gateway.uploads import arriving
from services.contracts.errors import DomainError, forbidden
from services.contracts.imports import MOST_BYTES, MOST_ROWS, ROWS, ImportKind, ImportState, ImportView

router = APIRouter()


async def _importing(member: Member) -> Caller:
    if not issuing.kinds_of(member.principal):
        raise forbidden("Your role at the company does not include this.")
    return member


Importer = Annotated[Caller, Depends(_importing)]
Before = Annotated[AwareDatetime | None, Query(alias="cursor")]
AfterRow = Annotated[int, Query(ge=0, le=LARGEST_NUMBER, alias="cursor")]

_PATH = "/office/imports"
_ONE = _PATH + "/{import_id:uuid}"
_KIND: TypeAdapter[ImportKind] = TypeAdapter(ImportKind)
_SHOWN = 25
STATES: Mapping[ImportState, tuple[str, str]] = {
    "reading": ("Being read", "notice"),
    "checking": ("Being checked", "notice"),
    "checked": ("Waits for you", "notice"),
    "applying": ("Being imported", "notice"),
    "done": ("Imported", "good"),
    "refused": ("Not imported", "alert"),
    "cancelled": ("Cancelled", "calm"),
}
"""What a state is called, and its tone."""
KNOWN_BY: Mapping[ImportKind, str] = {
    "customers": "A customer is known again by external_id, and changed to what the file says.",
    "properties": "A property is known again by external_id, and changed to what the file says.",
    "contacts": "A contact is known again by customer and e-mail address, and changed. Nobody is invited.",
    "invoices": "An invoice is known again by external_id, and then left as it is. Nobody is told of any.",
    "policies": "Rows with the same program make one draft. A program that is there is left as it is.",
}


@router.get(_PATH)
async def imports(request: Request, member: Importer, before: Before = None) -> Response:
    """The imports so far, and the form of a new one."""
    return await _list(request, member, Form(), before=before)


@router.post(_PATH)
async def start(request: Request, member: Importer) -> Response:
    """Sends a file."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed, files = texts(form), arriving.chosen(form)
        try:
            kind = _KIND.validate_python(typed.get("kind"))
        except ValidationError:
            return await _list(request, member, wrong(typed, {"kind": "Choose what the file holds."}), 422)
        if not files:
            return await _list(request, member, wrong(typed, {"file": "Choose a file."}), 422)
        new_id = command_id(member, _PATH, typed)
        try:
            started = await issuing.start(request.app.state.files, member, kind, files[0], new_id)
        except DomainError as error:
            again = refused(typed, error, {"file": "file", "kind": "kind"})
            return await _list(request, member, again, problem_of(error).status_code)
    return done(f"{_PATH}/{started.id}", "import-started")


@router.get(f"{_PATH}/template.csv")
async def template(member: Importer, kind: ImportKind) -> Response:
    """A file to begin with."""
    headers = {"content-disposition": f'attachment; filename="{kind}.csv"'}
    return Response(issuing.template(kind), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(_ONE)
async def one(request: Request, member: Importer, import_id: UUID, after_row: AfterRow = 0) -> Response:
    """How an import stands, and what is wrong with its rows."""
    return await _page(request, member, import_id, Form(), after_row=after_row)


@router.get(f"{_ONE}/problems.csv")
async def problems(member: Importer, import_id: UUID) -> Response:
    """The rows with problems as a file to mend."""
    return sent("to-mend", issuing.mend(member, await issuing.find(member, import_id)))


@router.get(f"{_ONE}/live")
async def follow(request: Request, member: Importer, import_id: UUID) -> Response:
    """Tells when the import has gone on."""
    live: Live = request.app.state.live
    return await live.follow(member, issuing.followed(await issuing.find(member, import_id)), import_id)


@router.post(f"{_ONE}/confirm")
async def confirm(request: Request, member: Importer, import_id: UUID) -> Response:
    """Has it imported: all of it, or the good rows alone where that button was pressed."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    try:
        await issuing.confirm(member, import_id, new_id, good_only=typed["rows"] == "good")
    except DomainError as error:
        if error.code != "conflict":
            raise
        return await _page(request, member, import_id, refused(typed.values, error), problem_of(error).status_code)
    return done(f"{_PATH}/{import_id}", "import-confirmed")


@router.post(f"{_ONE}/cancel")
async def cancel(request: Request, member: Importer, import_id: UUID) -> Response:
    """Drops it."""
    typed = await typed_in(request)
    try:
        await issuing.cancel(member, import_id, command_id(member, typed.path, typed.values))
    except DomainError as error:
        if error.code != "conflict":
            raise
        return await _page(request, member, import_id, refused(typed.values, error), problem_of(error).status_code)
    return done(_PATH, "import-cancelled")


async def _list(
    request: Request, member: Caller, form: Form, http_status: int = 200, *, before: AwareDatetime | None = None
) -> Response:
    found = await issuing.page(member, before, _SHOWN)
    return show_list(
        request,
        member,
        "office/imports/list.html",
        found,
        before.isoformat() if before else None,
        http_status=http_status,
        here="imports",
        form=form,
        kinds=[(kind, kind.capitalize()) for kind in issuing.kinds_of(member.principal)],
        known_by=KNOWN_BY,
        columns=ROWS,
        states=STATES,
        most=(MOST_BYTES // 1_000_000, MOST_ROWS),
    )


async def _page(
    request: Request, member: Caller, import_id: UUID, form: Form, http_status: int = 200, *, after_row: int = 0
) -> Response:
    found = await issuing.find(member, import_id)
    rows = await issuing.bad_rows(member, found, after_row, _SHOWN)
    return show_list(
        request,
        member,
        "office/imports/item.html",
        rows,
        str(after_row) if after_row else None,
        http_status=http_status,
        here="imports",
        form=form,
        found=found,
        state=STATES[found.state],
        known_by=KNOWN_BY[found.kind],
        progress=_progress(found),
        base=f"{_PATH}/{found.id}",
    )


def _progress(found: ImportView) -> tuple[str, int] | None:
    """What is being done, and how many rows it is done with; None where nothing is under way."""
    if found.state == "checking":
        return "checked", found.checked
    if found.state == "applying":
        return "imported", found.applied
    return None
