"""The three kinds of message and how a class names its service and method on the wire."""

import re
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

import uuid_utils.compat
from pydantic import BaseModel, ConfigDict, Field

Answer = TypeVar("Answer")
Item = TypeVar("Item")


def new_id() -> UUID:
    """A UUIDv7: unique without a registry, and it sorts by the time it was made."""
    return uuid_utils.compat.uuid7()


class View(BaseModel):
    """A part of a message or an answer; readers ignore fields that they do not know."""

    # An error that repeated what it refuses would put it into a log.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Message(View):
    """Anything that crosses the bus, named by the id that its first sender gave it."""

    id: UUID = Field(default_factory=new_id)

    def made_at(self) -> float:
        """When its id was made, in seconds since the epoch."""
        return (self.id.int >> 80) / 1000

    @classmethod
    @cache
    def service(cls) -> str:
        """The service that owns this message: the contract, a module or a package, that defines it."""
        return cls.__module__.partition(".contracts.")[2].partition(".")[0]

    @classmethod
    @cache
    def method(cls) -> str:
        """The wire name: `PayInvoices` is `pay_invoices`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()


class Ask(Message, Generic[Answer]):
    """A message that is answered; the class fixes the type of the answer."""

    deadline_seconds: ClassVar[float] = 10.0
    """How long the asker waits; it also expires the message on the bus."""

    @classmethod
    @cache
    def answer(cls) -> Any:
        """The answer's type, as written in `class PayInvoices(Command[PaymentView])`."""
        for ancestor in cls.__mro__:
            metadata = getattr(ancestor, "__pydantic_generic_metadata__", None) or {}
            if metadata.get("args") and issubclass(cast(type, metadata["origin"]), Ask):
                return metadata["args"][0]
        raise TypeError(f"{cls.__name__} does not say what it is answered with")


class Query(Ask[Answer], Generic[Answer]):
    """A question: it changes nothing, is never recorded, and may be asked again."""


class Command(Ask[Answer], Generic[Answer]):
    """An order to change something; sent twice with one id it takes effect once.

    `remembered = False` marks a command whose answer is a secret: it is carried out each time and its
    answer is kept nowhere. `circumstances` names the fields that say how it came rather than what is
    wanted: a repeat may come from another network and is a repeat all the same. `by_viewer = True` marks the
    few that a staff member may send who looks at a portal as a customer; the chassis refuses all others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    remembered: ClassVar[bool] = True
    circumstances: ClassVar[frozenset[str]] = frozenset()
    by_viewer: ClassVar[bool] = False


class Event(Message):
    """A fact, in the past tense, with the full state and version of the entity it tells of.

    Back-off and replicas reorder events: a listener that keeps state ignores a version older than its own.
    """

    company_id: UUID


class Nothing(View):
    """The answer of a command that has nothing to say."""


class Page(View, Generic[Item]):
    """One page of a list; `next_cursor` is None on the last one."""

    items: list[Item]
    next_cursor: str | None = None


Limit = Annotated[int, Field(ge=1, le=100)]
"""How many items a page holds."""
