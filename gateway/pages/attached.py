"""What is attached, on pages: downloads and thumbnails of one kind of owner, and forms that bring files."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, Response

from gateway import files
from gateway.auth import Caller
from gateway.uploads import keeping
from gateway.uploads.arriving import Arrived
from services.contracts.fieldwork.attachments import AttachmentOwner, GetAttachment

Entry = Callable[..., Awaitable[Caller]]
"""The dependency that lets somebody in to the page that the files are shown on."""


def serve(router: APIRouter, path: str, entry: Entry, owner_of: Callable[..., AttachmentOwner]) -> None:
    """Adds `path`/{id} and `path`/{id}/thumbnail; `owner_of` is given what the path names."""
    asker = Annotated[Caller, Depends(entry)]
    owned = Annotated[AttachmentOwner, Depends(owner_of)]

    @router.get(f"{path}/{{attachment_id:uuid}}")
    async def download(request: Request, caller: asker, owner: owned, attachment_id: UUID) -> Response:
        """The file, to be kept: no browser opens it by itself."""
        found = await caller.ask(GetAttachment(owner=owner, attachment_id=attachment_id))
        return await files.send(request.app.state.files, found.file, inline=False)

    @router.get(f"{path}/{{attachment_id:uuid}}/thumbnail")
    async def thumbnail(request: Request, caller: asker, owner: owned, attachment_id: UUID) -> Response:
        """A picture's small copy."""
        found = await caller.ask(GetAttachment(owner=owner, attachment_id=attachment_id))
        return await files.send(request.app.state.files, files.thumbnail_of(found), inline=True)


async def attach_all(
    request: Request, caller: Caller, owner: AttachmentOwner, arrived: list[Arrived], form_id: UUID, *, visible: bool
) -> None:
    """Attaches what a form brought, each file once however often the form is sent."""
    if arrived:
        await keeping.require_room(caller, owner, len(arrived))
    for number, each in enumerate(arrived):
        new_id = uuid5(form_id, f"file {number}")
        await keeping.attach(request.app.state.files, caller, owner, each, new_id, visible=visible)
