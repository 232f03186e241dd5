"""Keeps what arrived: a place is reserved, the bytes go into the store, and only then is the file there."""

import hashlib
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid5

import obstore
from obstore.store import ObjectStore
from starlette.concurrency import run_in_threadpool

from gateway.auth import Caller
from gateway.uploads.arriving import Arrived
from services.contracts.errors import DomainError, conflict
from services.contracts.fieldwork.attachments import (
    AttachmentOwner,
    AttachmentView,
    ConfirmAttachment,
    GetUploadTerms,
    ReserveAttachment,
)
from services.contracts.files import FileView

_PIECE = 5 * 1024 * 1024
"""Bytes that go to the store at once; S3 takes no smaller ones."""


async def require_room(caller: Caller, owner: AttachmentOwner, files: int = 1) -> None:
    """Refuses whoever may not attach here, and more files than there is room for; before any byte is read."""
    terms = await caller.ask(GetUploadTerms(owner=owner))
    if terms.remaining < files:
        raise conflict("There is no room for so many files here.", field="file", reason="too_many")


async def attach(
    store: ObjectStore, caller: Caller, owner: AttachmentOwner, arrived: Arrived, new_id: UUID, *, visible: bool
) -> AttachmentView:
    """Attaches a file, once however often it is sent under one id.

    What is refused leaves nothing in the store. Where the gateway dies, or no answer comes, fieldwork removes the
    bytes of a place that was never confirmed.
    """
    folder = f"fieldwork/{caller.principal.company_id}/attachments/{new_id}"
    file = await _described(folder, arrived.path, arrived.name, arrived.kind.content_type)
    small = arrived.thumbnail and await _described(folder, arrived.thumbnail, "thumbnail.jpg", "image/jpeg")
    await caller.ask(ReserveAttachment(id=new_id, owner=owner, file=file, thumbnail=small, visible=visible))
    await _put(store, file, arrived.path)
    if small and arrived.thumbnail:
        await _put(store, small, arrived.thumbnail)
    try:
        return await caller.ask(ConfirmAttachment(id=uuid5(new_id, "confirmed"), attachment_id=new_id))
    except DomainError:
        await _forget(store, [each.key for each in (file, small) if each])
        raise


async def keep(store: ObjectStore, folder: str, path: Path, name: str, content_type: str) -> FileView:
    """Puts a file into the store, piece by piece, and answers how it is found."""
    file = await _described(folder, path, name, content_type)
    await _put(store, file, path)
    return file


async def _described(folder: str, path: Path, name: str, content_type: str) -> FileView:
    digest = await run_in_threadpool(_sha256, path)
    return FileView(
        key=f"{folder}/{digest}", name=name, content_type=content_type, size=path.stat().st_size, sha256=digest
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _put(store: ObjectStore, file: FileView, path: Path) -> None:
    await obstore.put_async(store, file.key, path, chunk_size=_PIECE, max_concurrency=2)


async def _forget(store: ObjectStore, keys: list[str]) -> None:
    for key in keys:
        with suppress(FileNotFoundError):
            await obstore.delete_async(store, key)
