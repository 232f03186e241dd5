"""Files as they arrive: a form's parts, spooled to disk, bounded in number and size, and checked before they count."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from gateway.errors import Problem
from gateway.requests import read_form
from gateway.uploads import kinds, names, pictures
from gateway.uploads.kinds import Kind
from services.contracts.errors import invalid

LARGEST_FILE = 25_000_000
"""Bytes of one file: a photo of 20 MB goes in."""
MOST_FILES = 10
"""Of one form."""
_MOST_FIELDS = 20


@dataclass(frozen=True)
class Arrived:
    """A file that may be kept: its name and kind, its bytes on disk, and its thumbnail's where it is a picture."""

    name: str
    kind: Kind
    path: Path
    thumbnail: Path | None


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form of a request with files, each spooled to disk beyond a megabyte; all are gone afterwards."""
    form = await read_form(request, max_files=MOST_FILES, max_fields=_MOST_FIELDS)
    try:
        yield form
    finally:
        await form.close()


@asynccontextmanager
async def the_file(form: FormData) -> AsyncIterator[Arrived]:
    """The one file of an API's form, its part named `file`."""
    sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if len(sent) > 1:
        raise invalid("Send one file at a time.", field="file", reason="too_many")
    if not sent or form.get("file") is not sent[0]:
        raise Problem(422, "Send the file as the part `file`.", code="invalid", reason="file_missing")
    async with checked(sent) as arrived:
        yield arrived[0]


@asynccontextmanager
async def checked(sent: list[UploadFile]) -> AsyncIterator[list[Arrived]]:
    """Those files, each checked and each picture drawn anew; refuses them all where one is refused."""
    with tempfile.TemporaryDirectory(prefix="portico-upload-") as folder:
        yield [await _check(each, Path(folder) / str(number)) for number, each in enumerate(sent)]


@asynccontextmanager
async def on_disk(sent: UploadFile) -> AsyncIterator[Path]:
    """The file as it was sent, for whoever looks at it elsewhere."""
    with tempfile.TemporaryDirectory(prefix="portico-upload-") as folder:
        path = Path(folder) / "file"
        await run_in_threadpool(_copy, sent.file, path)
        yield path


def chosen(form: FormData, name: str = "file") -> list[UploadFile]:
    """The files that a page's form brought; a browser sends an empty one where none was chosen."""
    files = [each for each in form.getlist(name) if isinstance(each, UploadFile)]
    return [each for each in files if each.filename or each.size]


async def _check(sent: UploadFile, folder: Path) -> Arrived:
    if not sent.size:
        raise invalid("This file is empty.", field="file", reason="file_empty")
    if sent.size > LARGEST_FILE:
        largest = LARGEST_FILE // 1_000_000
        raise invalid(f"A file has at most {largest} MB.", field="file", reason="file_too_large")
    content = sent.file
    name = sent.filename or ""
    kind = await run_in_threadpool(kinds.sniff, content, name)
    folder.mkdir()
    clean = names.clean(name, kind.endings)
    if kind.is_picture:
        await pictures.draw(content, kind, folder)
        return Arrived(clean, kind, folder / "picture", folder / "thumbnail")
    await run_in_threadpool(_copy, content, folder / "document")
    return Arrived(clean, kind, folder / "document", None)


def _copy(content: BinaryIO, path: Path) -> None:
    content.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(content, copy, 256 * 1024)
