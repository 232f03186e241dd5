"""Imports: files of customers, properties, contacts, invoices and policies, checked before anything is imported."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from gateway.api.routers import CommandId, answered, answers, office
from gateway.auth import ApiCaller
from gateway.errors import Problem
from gateway.exports.streams import sent
from gateway.issuing import imports as issuing
from gateway.paging import Limit
from gateway.requests import LARGEST_NUMBER, Body
from gateway.uploads import arriving
from services.contracts.errors import forbidden, invalid
from services.contracts.imports import BadRow, ImportKind, ImportView
from services.contracts.messages import Page

_KIND: TypeAdapter[ImportKind] = TypeAdapter(ImportKind)
_SENT: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["kind", "file"],
                "properties": {
                    "kind": {"type": "string", "enum": list(issuing.KEEPERS)},
                    "file": {"type": "string", "format": "binary", "description": "CSV in UTF-8, 20 MB at most."},
                },
            }
        }
    },
}
_CSV: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"description": "CSV in UTF-8", "content": {"text/csv": {"schema": {"type": "string"}}}}},
}

Before = Annotated[AwareDatetime | None, Query(alias="cursor", description="`next_cursor` of the page before.")]
AfterRow = Annotated[
    int, Query(ge=0, le=LARGEST_NUMBER, alias="cursor", description="`next_cursor` of the page before.")
]


class Confirmation(Body):
    """Whether the rows without problems are imported although others have some."""

    good_only: bool = False


ALL = Confirmation()


@office.post("/imports", **answers(ImportView, 201, s413="It is larger than 20 MB."), request_body=_SENT)
async def start_import(request: Request, caller: ApiCaller, new_id: CommandId) -> Response:
    """Sends a file, which is then read and checked; nothing of it is imported before it is confirmed."""
    if not issuing.kinds_of(caller.principal):
        raise forbidden()
    async with arriving.form_of(request) as form:
        try:
            kind = _KIND.validate_python(form.get("kind"))
        except ValidationError:
            raise invalid(f"Say one of {', '.join(issuing.KEEPERS)}.", field="kind") from None
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Problem(422, "Send the file as the part `file`.", code="invalid", reason="file_missing")
        return answered(await issuing.start(request.app.state.files, caller, kind, file, new_id), 201)


@office.get("/imports", **answers(Page[ImportView]))
async def list_imports(caller: ApiCaller, before: Before = None, limit: Limit = 50) -> Response:
    """Newest first, of the kinds that the caller may import."""
    return answered(await issuing.page(caller, before, limit))


@office.get("/imports/template.csv", **_CSV)
async def get_import_template(kind: ImportKind, caller: ApiCaller) -> Response:
    """A file to begin with: its columns and an example."""
    if kind not in issuing.kinds_of(caller.principal):
        raise forbidden()
    headers = {"content-disposition": f'attachment; filename="{kind}.csv"'}
    return Response(issuing.template(kind), media_type="text/csv; charset=utf-8", headers=headers)


@office.get("/imports/{import_id}", **answers(ImportView))
async def get_import(import_id: UUID, caller: ApiCaller) -> Response:
    """How an import stands."""
    return answered(await issuing.find(caller, import_id))


@office.get("/imports/{import_id}/problems", **answers(Page[BadRow]))
async def list_import_problems(
    import_id: UUID, caller: ApiCaller, after_row: AfterRow = 0, limit: Limit = 50
) -> Response:
    """The rows that cannot be imported, with all that is wrong with each."""
    return answered(await issuing.bad_rows(caller, await issuing.find(caller, import_id), after_row, limit))


@office.get("/imports/{import_id}/problems.csv", **_CSV)
async def get_import_problems(import_id: UUID, caller: ApiCaller) -> Response:
    """The same as a file to mend and to send again."""
    return sent("to-mend", issuing.mend(caller, await issuing.find(caller, import_id)))


@office.post("/imports/{import_id}/confirm", **answers(ImportView))
async def confirm_import(import_id: UUID, caller: ApiCaller, new_id: CommandId, body: Confirmation = ALL) -> Response:
    """Has all of it imported, or nothing; with `good_only` all that has no problem."""
    return answered(await issuing.confirm(caller, import_id, new_id, good_only=body.good_only))


@office.delete("/imports/{import_id}", **answers(ImportView))
async def cancel_import(import_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Drops it, as long as it is not confirmed."""
    return answered(await issuing.cancel(caller, import_id, new_id))
