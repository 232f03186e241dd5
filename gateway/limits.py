"""Bounds on what a request may bring: its size, its type, its characters."""

import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import Problem, answer

LARGEST_BODY = 1_000_000
LARGEST_EVENT = 256_000
"""Bytes of a webhook's body."""

WEBHOOKS = "/api/v1/webhooks/"

LARGEST_UPLOAD = 26_000_000
"""Bytes of a body with one file of the largest kind."""
LARGEST_FORM = 105_000_000
"""Bytes of a page's form with several files."""

UPLOADS = re.compile(
    r"PUT /api/v1/office/branches/[^/]+/logo|POST /api/v1/(.+/attachments|verifications|office/imports)"
)
"""The API's routes that take a file, by method and path; every other one takes JSON."""

_LARGER = (
    (re.compile(r"/api/v1/(.+/attachments|verifications|office/imports)|/verify|/office/imports"), LARGEST_UPLOAD),
    (re.compile(r"/(?!api/)[^/]+/(jobs|equipment|requests|quotes)/.+"), LARGEST_FORM),
)
"""Where a POST may bring more, by path: uploads, and pages whose forms take files."""

_NUL = re.compile(rb"%00", re.ASCII)


class Limits:
    """Refuses what is too large (413), of the wrong type (415) or has NUL in its address (422)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _most(scope)
        try:
            _check(scope, most)
        except Problem as problem:
            await answer(Request(scope), problem)(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, most), send)


def _most(scope: Scope) -> int:
    """Bytes that the body may have."""
    path = scope["path"]
    if path.startswith(WEBHOOKS):
        return LARGEST_EVENT
    if scope["method"] != "POST":
        return LARGEST_BODY
    return next((most for paths, most in _LARGER if paths.fullmatch(path)), LARGEST_BODY)


def _check(scope: Scope, most: int) -> None:
    if _NUL.search(scope["query_string"]) or "\x00" in scope["path"]:
        raise Problem(422, "An address cannot contain the character NUL.", code="invalid")
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise _too_large(most)
    has_body = length not in ("", "0") or "transfer-encoding" in headers
    if has_body and scope["path"].startswith("/api/"):
        _check_type(headers.get("content-type", ""), takes_file=_takes_file(scope))


def _takes_file(scope: Scope) -> bool:
    return UPLOADS.fullmatch(f"{scope['method']} {scope['path']}") is not None


def _check_type(content_type: str, *, takes_file: bool) -> None:
    media_type = content_type.partition(";")[0].strip().lower()
    if takes_file and media_type != "multipart/form-data":
        raise Problem(415, "Send the file as `multipart/form-data`.", code="unsupported_media_type")
    if not takes_file and media_type != "application/json":
        raise Problem(415, "Send JSON, with `Content-Type: application/json`.", code="unsupported_media_type")


def _bounded(receive: Receive, most: int) -> Receive:
    """Counts what arrives, for a body may come without saying its length."""
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise _too_large(most)
        return message

    return receive_bounded


def _too_large(most: int) -> Problem:
    # The rest of the body is not read, so the connection cannot be used again.
    headers = {"Connection": "close"}
    return Problem(413, f"A request's body may have {most:,} bytes at most.", headers=headers, code="too_large")
