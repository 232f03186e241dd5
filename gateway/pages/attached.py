"""What is attached, on pages: downloads and thumbnails of one kind of owner, and forms that bring files."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, Response

from gateway import files
from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.pages.forms import Form, command_id, refused, texts, wrong
from gateway.uploads import arriving, keeping
from gateway.uploads.arriving import Arrived
from services.contracts.errors import DomainError
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


async def add_sent(
    request: Request,
    caller: Caller,
    owner: AttachmentOwner,
    again: Callable[[Form, int], Awaitable[Response]],
    *,
    shown: bool = False,
) -> Response | None:
    """Attaches what the page's own form brings, or answers with the page `again` that says why not.

    The customer sees it where it is `shown`, or where the form ticks `visible`.
    """
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        if not arriving.chosen(form):
            return await again(wrong(typed, {"file": "Choose a file."}), 422)
        try:
            async with arriving.checked(arriving.chosen(form)) as files:
                form_id = command_id(caller, request.url.path, typed)
                visible = shown or bool(typed.get("visible"))
                await attach_all(request, caller, owner, files, form_id, visible=visible)
        except DomainError as error:
            return await again(refused(typed, error, {"file": "file"}), problem_of(error).status_code)
    return None
