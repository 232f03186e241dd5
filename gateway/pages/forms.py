"""Forms: what was typed, what is wrong with it, and the id that makes sending it count once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.auth import Caller, check_csrf
from gateway.idempotency import message_id
from gateway.requests import read_form
from services.contracts.errors import DomainError
from services.contracts.messages import new_id

ID_REUSED = "id_reused"
"""The reason of a conflict where a form's id was sent before with other content."""

STALE = "stale"
"""The reason of a conflict where somebody else has changed it after the form was opened."""

MOST_FIELDS = 5_000
"""Of a form: a proposal of 30 services with 30 lines each has 3,700, and none may be refused for its length."""

_NO_FIELDS: Mapping[str, str] = {}

NOT_UNDERSTOOD = "Something in this form cannot be understood."
SENT_BEFORE = "This form was sent before, with other content. Check it, and send it once more."


@dataclass
class Form:
    """A form as a template shows it: the texts typed, and a sentence for each field that is wrong.

    A sentence under "" belongs to no field.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message_id: str = field(default_factory=lambda: str(new_id()))


def texts(form: FormData) -> dict[str, str]:
    """The form's texts, the last of each name."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def many(form: FormData, name: str) -> list[str]:
    """Every text sent under one name."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


async def received(request: Request) -> FormData:
    """A form of the visitor's own session. Raises a 403 Problem where it was made for another."""
    form = await read_form(request, max_fields=MOST_FIELDS)
    check_csrf(request, form)
    return form


def command_id(caller: Caller, route: str, typed: Mapping[str, str]) -> UUID:
    """The id of the command that a form gives: sending the same form twice counts once."""
    return message_id(caller, route, typed.get("message_id"))


def refused(values: Mapping[str, str], error: DomainError, fields: Mapping[str, str] = _NO_FIELDS) -> Form:
    """The form again after a service refused it; `fields` says which message's field is typed into which of ours.

    An id that was used is replaced, so that sending the form again can count; so is the version of what somebody
    else has changed meanwhile, which the form's page shows now.
    """
    if error.details.get("reason") == STALE:
        values = {name: value for name, value in values.items() if name != "expected_version"}
    if error.details.get("reason") == ID_REUSED:
        return Form(values, {"": SENT_BEFORE})
    name = fields.get(str(error.details.get("field")), "")
    return Form(values, {name: error.message}, _kept_id(values))


def invalid(
    values: Mapping[str, str],
    error: ValidationError,
    sentences: Mapping[str, str],
    fields: Mapping[str, str] = _NO_FIELDS,
) -> Form:
    """The form again where no message could be made of it.

    `sentences` says what each of the message's fields must be, be it a part of another; `fields` says where one
    is typed under another name. What nobody types, and a form that was tampered with holds, belongs to no field.
    """
    places = (map(str, each["loc"]) for each in error.errors(include_input=False))
    faulty = [next((part for part in place if part in sentences), "") for place in places]
    return wrong(values, {fields.get(name, name): sentences.get(name, NOT_UNDERSTOOD) for name in faulty})


def wrong(values: Mapping[str, str], errors: dict[str, str]) -> Form:
    """The form again, with the same id: nothing was sent yet."""
    return Form(values, errors, _kept_id(values))


def _kept_id(values: Mapping[str, str]) -> str:
    return values.get("message_id") or str(new_id())
