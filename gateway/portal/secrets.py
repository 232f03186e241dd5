"""Pages whose address is a secret: it is told to nobody that the page leads to, and is good once."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gateway.errors import problem_of
from gateway.pages.render import page
from services.contracts.errors import DomainError

GONE = 410
NO_REFERRER = {"Referrer-Policy": "no-referrer"}


def secret_page(
    request: Request,
    template: str,
    http_status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page of a mailed link, which sends no referrer."""
    return page(request, template, http_status, headers={**(headers or {}), **NO_REFERRER}, **values)


def gone(request: Request, error: DomainError, again: str, offer: str) -> HTMLResponse:
    """What a link that is used, expired or unknown leads to: why, and the way to a new one."""
    problem = problem_of(error)
    return secret_page(
        request,
        "door/gone.html",
        GONE if error.code == "not_found" else problem.status_code,
        headers=problem.headers,
        detail=error.message,
        again=again,
        offer=offer,
    )
