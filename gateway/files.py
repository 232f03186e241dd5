"""Files between a browser and the store: kept under their hash, streamed, and never run by the browser."""

import hashlib
import re
from collections.abc import AsyncIterator
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

import obstore
from fastapi.responses import StreamingResponse
from obstore.store import ObjectStore, from_url

from services.contracts.errors import not_found
from services.contracts.fieldwork.attachments import AttachmentFiles
from services.contracts.files import FileView

if TYPE_CHECKING:
    from obstore import GetResult

SHOWN_TYPES = ("application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif")
"""What a browser may show in its window; everything else is downloaded."""

CHUNK = 256 * 1024


@cache
def store(url: str) -> ObjectStore:
    """The store at `FILES_URL`."""
    return from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)


async def keep(files: ObjectStore, folder: str, name: str, content_type: str, content: bytes) -> FileView:
    """Stores the bytes under their hash, so that nothing is ever written over; answers how they are found."""
    digest = hashlib.sha256(content).hexdigest()
    key = f"{folder}/{digest}{PurePosixPath(name).suffix}"
    await obstore.put_async(files, key, content)
    return FileView(key=key, name=name, content_type=content_type, size=len(content), sha256=digest)


async def send(files: ObjectStore, file: FileView, *, inline: bool) -> StreamingResponse:
    """The file's bytes; `inline` shows it in the browser's window where its type is safe to show.

    Raises FileNotFoundError where the store does not have what a service says it kept.
    """
    found = await obstore.get_async(files, file.key)
    shown = inline and file.content_type in SHOWN_TYPES
    headers = {
        "content-disposition": f"{'inline' if shown else 'attachment'}; {_named(file.name)}",
        "content-length": str(found.meta["size"]),
        "content-security-policy": _policy(file.content_type if shown else ""),
    }
    media_type = file.content_type if file.content_type in SHOWN_TYPES else "application/octet-stream"
    return StreamingResponse(_chunks(found), headers=headers, media_type=media_type)


def thumbnail_of(attachment: AttachmentFiles) -> FileView:
    """A picture's small copy; not_found where it is no picture."""
    if attachment.thumbnail is None:
        raise not_found("This is no picture.")
    return attachment.thumbnail


async def _chunks(found: "GetResult") -> AsyncIterator[bytes]:
    async for chunk in found.stream(min_chunk_size=CHUNK):
        yield bytes(chunk)


def _policy(shown_type: str) -> str:
    # Browsers refuse to show a PDF in a sandbox, where their own viewer could not run.
    sandbox = "" if shown_type == "application/pdf" else "; sandbox"
    return f"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'{sandbox}"


def _named(name: str) -> str:
    """The name for a header: in its own letters for whoever reads RFC 6266, and a plain one for everybody else."""
    plain = f'filename="{_safe(name)}"'
    own = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:150]
    return plain if own.isascii() else f"{plain}; filename*=UTF-8''{quote(own, safe='')}"


def _safe(name: str) -> str:
    """A name that fits into a header and that no system misreads."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")[:150] or "document"
