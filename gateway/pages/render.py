"""Turns templates into pages."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway import VERSION, context
from gateway.pages import devices, formats
from gateway.pages.frame import Frame

_HERE = Path(__file__).resolve().parent.parent
_STATIC = _HERE / "static"

_HEADINGS = {
    403: "You cannot do this",
    404: "This page does not exist",
    405: "This page does not exist",
    409: "This is not possible any more",
    410: "This link is no longer valid",
    413: "This is too large",
    422: "This could not be understood",
    429: "That was too often",
    500: "Something went wrong",
    503: "Please try again in a moment",
    504: "This is taking too long",
}
_NOWHERE = "The address may be wrong, or what was here is gone or not yours to see."


@cache
def static_address(name: str) -> str:
    """A static file's address; it changes with the content, so that no browser mixes old with new."""
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_address
    environment.globals["version"] = VERSION
    for each in (formats.money, formats.day, formats.weekday, formats.clock, formats.moment, formats.moment_day,
                 formats.word, formats.tone, formats.method_name, formats.paid_with, formats.percent,
                 formats.duration, devices.device):  # fmt: skip
        environment.filters[each.__name__] = each
    return environment


_ENVIRONMENT = _environment()


def page(
    request: Request,
    template: str,
    http_status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """The page of a template, in the frame that the request's entry has set."""
    frame: Frame = getattr(request.state, "frame", Frame())
    values = {"here": "", **values, "frame": frame, "csrf_token": frame.csrf_token}
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(values), http_status, dict(headers or {}))


def error_page(request: Request, status: int, title: str, detail: str) -> HTMLResponse:
    """What a person sees where something went wrong; `detail` is a sentence."""
    said_nothing = status in (404, 405) and detail.rstrip(".") == title
    return page(
        request,
        "error.html",
        status,
        code=status,
        heading=_HEADINGS.get(status, title),
        detail=_NOWHERE if said_nothing else detail,
        request_id=context.current().request_id,
    )
