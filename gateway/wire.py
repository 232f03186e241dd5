"""nameko's RPC protocol as bytes: how a call is written and how its reply is read."""

from decimal import Decimal
from typing import Any, TypeVar, cast

import orjson
from pydantic import SecretStr, ValidationError

from services.contracts.errors import DomainError
from services.contracts.messages import Ask
from services.contracts.principals import Principal

Answer = TypeVar("Answer")

EXCHANGE = "nameko-rpc"
HEADER_PREFIX = "nameko."


class Unavailable(Exception):
    """The service, or the way to it, cannot take the call just now; it was certainly not asked twice."""


class DeadlinePassed(Exception):
    """No answer came in time; whether the call took effect is not known."""


class ServiceFailed(Exception):
    """The service broke, or its answer is not what the contract says: a bug, not a refusal."""


def encode_call(message: Ask[Any], principal: Principal | None) -> bytes:
    """The body of a call; secrets go in clear, for the message is transient and ends with its deadline.

    What is at its default is left out, so that a service of the release before, which refuses fields that it does
    not know, meets a new one only once that is used.
    """
    who = principal.model_dump_json().encode() if principal else b"null"
    said = orjson.dumps(message.model_dump(exclude_defaults=True), default=plain)
    return b'{"args":[],"kwargs":{"message":%b,"principal":%b}}' % (said, who)


def plain(value: Any) -> Any:
    """What JSON has no form for, as it goes over the bus; secrets in clear."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def decode_reply(message: Ask[Answer], body: bytes) -> Answer:
    """The answer in a reply; raises DomainError, Unavailable, DeadlinePassed or ServiceFailed."""
    reply = orjson.loads(body)
    if error := reply["error"]:
        raise as_exception(error)
    try:
        return cast(Answer, message.answer().model_validate(reply["result"]))
    except ValidationError as problem:
        raise ServiceFailed(f"{type(message).__name__} was answered against its contract") from problem


def as_exception(error: dict[str, Any]) -> Exception:
    """What an error in a reply means to the caller."""
    data = error.get("data")
    match error["exc_type"]:
        case "DomainError" if data:
            return DomainError(data["code"], data["message"], **data["details"])
        case "Unavailable":
            return Unavailable(error["value"])
        case kind:
            return ServiceFailed(f"{kind}: {error['value']}")
