"""Reads what a call brings as its model: valid, and fit to be stored, or refused."""

from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from services.contracts.errors import invalid

Parsed = TypeVar("Parsed", bound=BaseModel)

NUL = "\x00"


def parsed(model: type[Parsed], value: Any) -> Parsed:
    """The value as the model; what is wrong with it is said without repeating it, for it may be a secret."""
    _refuse_nul(value)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        fields = [{"field": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in problems]
        raise invalid("The message is not valid.", errors=fields) from None


def _refuse_nul(value: Any) -> None:
    """PostgreSQL keeps no NUL in a text. Written as JSON, which takes a microsecond, hardly a value needs a walk."""
    try:
        written = orjson.dumps(value)
    except orjson.JSONEncodeError:
        raise invalid("The message is nested too deeply.") from None
    # The six characters may also stand in a text as they are, in a webhook's body say.
    if b"\\u0000" in written and _has_nul(value):
        raise invalid("Text cannot contain the character NUL.")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(NUL in key or _has_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))
