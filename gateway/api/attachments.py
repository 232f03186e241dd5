"""Attachments: photos and documents of jobs, equipment, requests and quotes, sent as `multipart/form-data`."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from gateway import files
from gateway.api.routers import CommandId, Door, answered, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.requests import Body
from gateway.uploads import arriving, keeping
from services.contracts.errors import invalid
from services.contracts.fieldwork.attachments import (
    AttachmentOwner,
    AttachmentView,
    ChangeAttachment,
    GetAttachment,
    ListAttachments,
    OwnerKind,
    RemoveAttachment,
)
from services.contracts.messages import Nothing, Page

OwnerOf = Callable[..., AttachmentOwner]

_SENT: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "visible": {"type": "boolean", "description": "In the office: whether the customer sees it."},
                },
            }
        }
    },
}
_TAKEN = answers(AttachmentView, 201, s413="It is larger than 25 MB.", s415="It is of a kind that is not taken.")
_BYTES: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}},
}


class Visibility(Body):
    """Whether the customer sees it."""

    visible: bool


def _owner_of(kind: OwnerKind) -> OwnerOf:
    """What a path's id names."""

    def owner(owner_id: Annotated[UUID, Path(alias=f"{kind}_id")]) -> AttachmentOwner:
        return AttachmentOwner(kind=kind, id=owner_id)

    return owner


def _comment(request_id: UUID, comment_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="comment", id=comment_id, parent_id=request_id)


def _said(form: FormData, unless_said: bool) -> bool:
    """What a form says of `visible`."""
    said = {None: unless_said, "false": False, "true": True}.get(form.get("visible"))  # type: ignore[arg-type]
    if said is None:
        raise invalid("Say `true` or `false`.", field="visible")
    return said


def _serve(door: Door, path: str, owner_of: OwnerOf, *, shown_at_once: bool = False) -> None:
    """The routes of one kind of owner: add, list, download and thumbnail."""
    owned = Annotated[AttachmentOwner, Depends(owner_of)]

    @door.post(path, request_body=_SENT, **_TAKEN)
    async def attach(owner: owned, caller: ApiCaller, request: Request, new_id: CommandId) -> Response:
        """Attaches a picture or a document; a picture is drawn anew, without where it was taken."""
        await keeping.require_room(caller, owner)
        async with arriving.form_of(request) as form, arriving.the_file(form) as file:
            visible = _said(form, shown_at_once)
            store = request.app.state.files
            return answered(await keeping.attach(store, caller, owner, file, new_id, visible=visible), 201)

    @door.get(path, **answers(Page[AttachmentView]))
    async def list_attachments(owner: owned, caller: ApiCaller) -> Response:
        """All that the caller sees, oldest first; there are never more than 50."""
        return await relayed(caller, ListAttachments(owner=owner))

    @door.get(f"{path}/{{attachment_id}}", **_BYTES)
    async def download(owner: owned, attachment_id: UUID, caller: ApiCaller, request: Request) -> Response:
        """The file, to be kept: no browser opens it by itself."""
        found = await caller.ask(GetAttachment(owner=owner, attachment_id=attachment_id))
        return await files.send(request.app.state.files, found.file, inline=False)

    @door.get(f"{path}/{{attachment_id}}/thumbnail", **_BYTES)
    async def thumbnail(owner: owned, attachment_id: UUID, caller: ApiCaller, request: Request) -> Response:
        """A picture's small copy, a JPEG of at most 480 by 480 pixels."""
        found = await caller.ask(GetAttachment(owner=owner, attachment_id=attachment_id))
        return await files.send(request.app.state.files, files.thumbnail_of(found), inline=True)


def _manage(path: str, owner_of: OwnerOf) -> None:
    """The routes by which the office shows, hides and removes what is attached to one kind of owner."""
    owned = Annotated[AttachmentOwner, Depends(owner_of)]

    @office.patch(f"{path}/{{attachment_id}}", **answers(AttachmentView))
    async def change(
        owner: owned,
        attachment_id: UUID,
        body: Visibility,
        caller: ApiCaller,
        new_id: CommandId,
    ) -> Response:
        """Shows it to the customer, or hides it."""
        command = ChangeAttachment(id=new_id, owner=owner, attachment_id=attachment_id, visible=body.visible)
        return await relayed(caller, command)

    @office.delete(f"{path}/{{attachment_id}}", **answers(Nothing))
    async def remove(owner: owned, attachment_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
        """Removes it for good."""
        return await relayed(caller, RemoveAttachment(id=new_id, owner=owner, attachment_id=attachment_id))


def _serve_all() -> None:
    owners: dict[str, tuple[OwnerOf, bool]] = {
        "/jobs/{job_id}/attachments": (_owner_of("job"), False),
        "/equipment/{equipment_id}/attachments": (_owner_of("equipment"), False),
        "/quotes/{quote_id}/attachments": (_owner_of("quote"), False),
        "/requests/{request_id}/attachments": (_owner_of("request"), False),
        # The comment itself says whether the customer sees it.
        "/requests/{request_id}/comments/{comment_id}/attachments": (_comment, True),
    }
    for path, (owner_of, shown_at_once) in owners.items():
        _serve(portal, path, owner_of)
        _serve(office, path, owner_of, shown_at_once=shown_at_once)
        _manage(path, owner_of)


_serve_all()
