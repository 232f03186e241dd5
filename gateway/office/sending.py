"""Sending what a form of the office says: once, and with what is wrong beside the field at fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.pages.forms import NOT_UNDERSTOOD, Form, command_id, many, received, refused, texts, wrong
from services.contracts.errors import DomainError
from services.contracts.messages import Command

Answer = TypeVar("Answer")

Sentences = Mapping[str, str]
"""What each field must be, by its name in the message, which is that in the form."""

_NO_FIELDS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Typed:
    """A form as it was sent by its own session to a path: its texts, and those that came several times."""

    path: str
    values: dict[str, str]
    lists: Mapping[str, list[str]]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def ticked(self, name: str) -> list[str]:
        """Every value ticked under this name."""
        return self.lists.get(name, [])


@dataclass(frozen=True)
class Rejected:
    """The form again, and the status that goes with it."""

    form: Form
    status: int


async def typed_in(request: Request) -> Typed:
    """The form that was sent. Raises a 403 Problem where it was made for another session."""
    form = await received(request)
    return Typed(request.url.path, texts(form), {name: many(form, name) for name in form})


async def send(
    member: Caller,
    typed: Typed,
    make: Callable[[UUID], Command[Answer]],
    sentences: Sentences,
    fields: Mapping[str, str] = _NO_FIELDS,
) -> Answer | Rejected:
    """The answer to the command that `make` writes for an id; the form again where it cannot be carried out.

    A form that is sent twice counts once. `fields` says where a refused field is typed under another name.
    """
    try:
        return await member.ask(make(command_id(member, typed.path, typed.values)))
    except ValidationError as error:
        return Rejected(wrong(typed.values, problems(error, sentences)), 422)
    except DomainError as error:
        own = {name: name for name in sentences}
        return Rejected(refused(typed.values, error, {**own, **fields}), problem_of(error).status_code)


def problems(error: ValidationError, sentences: Sentences) -> dict[str, str]:
    """A sentence for each field at fault, be it a part of another."""
    found: dict[str, str] = {}
    for each in error.errors(include_input=False):
        name = next((str(part) for part in reversed(each["loc"]) if part in sentences), "")
        found[name] = sentences.get(name, NOT_UNDERSTOOD)
    return found
