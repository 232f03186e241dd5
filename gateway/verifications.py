"""Verifying a PDF that somebody sends: it is laid down for the proposals service to look at, and taken away again."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from uuid import uuid4

import obstore
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from gateway import context
from gateway.bus import Bus
from gateway.errors import Problem
from services.contracts.errors import invalid
from services.contracts.files import FileView
from services.contracts.proposals.signing import VerificationView, VerifyDocument

LARGEST_FILE = 25_000_000
"""Bytes of a PDF."""
AT_ONCE = 6
"""Uploads looked at together by one gateway; anybody may send them, so they never take all of it."""

_PIECE = 5 * 1024 * 1024


class Desk:
    """Who has something looked at just now: few at once, and one for each address."""

    def __init__(self) -> None:
        self._addresses: list[str] = []

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """A place at the desk. Raises a 429 Problem where there is none."""
        if len(self._addresses) >= AT_ONCE or address in self._addresses:
            detail = "A document is being checked already. Please try again in a moment."
            raise Problem(429, detail, headers={"Retry-After": "5"}, code="too_many_requests")
        self._addresses.append(address)
        try:
            yield
        finally:
            self._addresses.remove(address)


async def verified(request: Request, form: FormData) -> VerificationView:
    """What holds of the form's file. Raises `invalid` where there is none, or it is too large."""
    sent = _the_file(form)
    desk: Desk = request.app.state.desk
    with desk.place(context.current().client_ip):
        return await _looked_at(request, sent.file)


def _the_file(form: FormData) -> UploadFile:
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.size:
        raise invalid("Choose a PDF file to check.", field="file", reason="file_missing")
    if sent.size > LARGEST_FILE:
        raise invalid("A file has at most 25 MB.", field="file", reason="file_too_large")
    return sent


async def _looked_at(request: Request, content: BinaryIO) -> VerificationView:
    store, bus = request.app.state.files, _bus(request)
    upload = await run_in_threadpool(_described, content)
    content.seek(0)
    try:
        await obstore.put_async(store, upload.key, content, chunk_size=_PIECE, max_concurrency=2)
        return await bus.ask(VerifyDocument(upload=upload))
    finally:
        await obstore.delete_async(store, upload.key)


def _described(content: BinaryIO) -> FileView:
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # It has all that is used.
    key = f"verifications/{uuid4()}.pdf"
    return FileView(key=key, name="upload.pdf", content_type="application/pdf", size=content.tell(), sha256=digest)


def _bus(request: Request) -> Bus:
    bus: Bus = request.app.state.bus
    return bus
