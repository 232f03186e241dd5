"""Reading bodies: strict JSON and text forms, free of what no database can store."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect

from gateway.errors import Problem

NUL = "\x00"


class Body(BaseModel):
    """What a request brings; a field that is not known is refused rather than overlooked."""

    # An error that repeated what it refuses would put it into a log.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


LARGEST_NUMBER = 2**53 - 1
"""What every reader of JSON holds exactly; the bus takes little more."""

SeenVersion = Annotated[
    int | None,
    Field(le=LARGEST_NUMBER, description="The `version` that was seen: where it is another by now, nothing changes."),
]


class StrictRequest(Request):
    """Reads JSON as RFC 8259 has it: no NaN, no lone surrogate, no endless nesting; and no NUL, which SQL refuses."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError or Problem."""
        if not hasattr(self, "_json"):
            body = await self.body()
            value = orjson.loads(body)
            if b"\\u0000" in body and _has_nul(value):
                raise _nul_problem("body")
            self._json = value
        return self._json


class StrictRoute(APIRoute):
    """A route whose JSON is read strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


async def read_form(request: Request, *, max_files: int = 1000, max_fields: int = 1000) -> FormData:
    """A posted form; raises Problem where a field's text could not be stored, or it has too many parts."""
    try:
        form = await request.form(max_files=max_files, max_fields=max_fields)
        for name, value in form.multi_items():
            _check_storable(name, "" if isinstance(value, UploadFile) else value)
    except UnicodeError:
        # A multipart form names its encoding, and there are some that say what UTF-8 cannot.
        raise Problem(422, "The form's text is not UTF-8.", code="invalid") from None
    except ClientDisconnect:
        raise Problem(400, "The form was cut off midway.", code="cut_off") from None
    return form


def _check_storable(name: str, text: str) -> None:
    """Raises a Problem or UnicodeError where a database could not keep it."""
    if NUL in name + text:
        raise _nul_problem(name.replace(NUL, ""))
    (name + text).encode()


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(NUL in key or _has_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def _nul_problem(where: str) -> Problem:
    message = "Text cannot contain the character NUL."
    return Problem(422, message, code="invalid", errors=[{"field": where, "message": message}])
