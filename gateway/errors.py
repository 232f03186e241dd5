"""What goes wrong, as HTTP: one table of statuses, problem details for the API, friendly pages for people."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from gateway import context
from gateway.wire import DeadlinePassed, Unavailable
from services.contracts.errors import DomainError

log = structlog.get_logger()

ErrorPage = Callable[[Request, int, str, str], Response]
"""Shows a person what went wrong: the request, the status, its name, and a sentence."""

STATUS = {"invalid": 422, "forbidden": 403, "not_found": 404, "conflict": 409, "declined": 402}
"""Each kind of refusal as an HTTP status."""

STATUS_OF_REASON = {
    "wrong_credentials": 401,
    "totp_required": 401,
    "wrong_totp": 401,
    "invitation_gone": 410,
    "login_link_gone": 410,
    "password_reset_gone": 410,
    "pay_link_gone": 410,
    "guest_session_gone": 410,
    "file_too_large": 413,
    "file_type": 415,
    "too_many_attempts": 429,
}
"""The reasons that HTTP has a better word for than for their kind."""

RETRY_SECONDS = 2
"""What `Retry-After` says where nothing better is known."""


class Problem(HTTPException):
    """A refusal of the gateway's own; `more` are further members of the problem document."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.more = more


class SignInNeeded(Exception):
    """A page was asked for without a living session; it is answered with the way to the sign-in page."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def unauthorized(detail: str = "Sign in first: this session is unknown or has ended.") -> Problem:
    """No session, or a dead one."""
    return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"}, code="unauthorized")


def problem_of(error: Exception) -> Problem:
    """Any exception as the problem that its caller may see; a bug says nothing of itself."""
    match error:
        case Problem():
            return error
        case DomainError():
            return _of_refusal(error)
        case RequestValidationError() | ValidationError():
            return _of_invalid_fields(error.errors())
        case HTTPException():
            return Problem(error.status_code, str(error.detail), headers=error.headers)
        case Unavailable():
            return Problem(
                503,
                "This part of the portal cannot be reached just now. Please try again in a moment.",
                headers={"Retry-After": str(RETRY_SECONDS)},
                code="unavailable",
            )
        case DeadlinePassed():
            detail = "This took too long. It may still have been done: look before you repeat it, or use the same key."
            return Problem(504, detail, code="deadline_passed")
        case _:
            return Problem(500, "Something went wrong on our side.", code="internal_error")


def _of_refusal(refusal: DomainError) -> Problem:
    details = dict(refusal.details)
    reason = details.get("reason")
    status = STATUS_OF_REASON.get(str(reason), STATUS[refusal.code])
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 429:
        headers["Retry-After"] = str(details.pop("retry_after", RETRY_SECONDS))
    return Problem(status, refusal.message, headers=headers, **{"code": refusal.code, **details})


def _of_invalid_fields(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Says what is wrong with each field without repeating it, for it may be a secret."""
    fields = [_field(each) for each in errors]
    detail = "; ".join(f"{each['field']}: {each['message']}" for each in fields[:3])
    return Problem(422, detail, code="invalid", errors=fields)


def _field(error: Mapping[str, Any]) -> dict[str, str]:
    if error["type"] == "json_invalid":
        why, where = error["ctx"]["error"], error["loc"][1]
        return {"field": "body", "message": f"This is not JSON: {why} (character {where})"}
    return {"field": _name(error["loc"]), "message": _printable(error["msg"])}


def _name(path: Sequence[str | int]) -> str:
    """A field's name as the caller wrote it: `lines.0.quantity`."""
    inner = path[1:] if path and path[0] in ("body", "query", "path", "header") else path
    return _printable(".".join(map(str, inner))) or "body"


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:200]


def problem_response(problem: Problem) -> Response:
    """The RFC 9457 document."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": problem.detail,
        "request_id": context.current().request_id,
        **problem.more,
    }
    return Response(
        orjson.dumps(document, default=str),
        problem.status_code,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def answer(request: Request, error: Exception) -> Response:
    """The error in the form that its caller reads: a document for programs, a page for people."""
    problem = problem_of(error)
    _log(problem, error)
    if not is_page(request.url.path):
        return problem_response(problem)
    show: ErrorPage = request.app.state.error_page
    page = show(request, problem.status_code, HTTPStatus(problem.status_code).phrase, problem.detail)
    page.headers.update(problem.headers or {})
    return page


def _log(problem: Problem, error: Exception) -> None:
    if problem.status_code == 500:
        log.error("a request failed", exc_info=error)
    elif problem.status_code > 500:
        log.warning("a request could not be answered", problem=repr(error))


def is_page(path: str) -> bool:
    """Whether people look at this path, rather than programs."""
    return not path.startswith(("/api/", "/static/")) and path not in ("/healthz", "/readyz")


def register(app: FastAPI, error_page: ErrorPage) -> None:
    """Has every kind of error answered here, and by `observe` what is none of these."""
    app.state.error_page = error_page
    for kind in (DomainError, RequestValidationError, ValidationError, HTTPException, Unavailable, DeadlinePassed):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(SignInNeeded, _redirect)


async def _answer(request: Request, error: Exception) -> Response:
    return answer(request, error)


async def _redirect(_: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    return RedirectResponse(error.location, 303)
