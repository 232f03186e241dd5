"""What a search over everything is asked with, and what each service finds of its own."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.messages import View
from services.contracts.money import Money

Sought = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
]
"""The beginning of a name, an address, an e-mail or a number; or the digits alone that a number ends in."""

HitKind = Literal[
    "customer",
    "contact",
    "property",
    "invoice",
    "payment",
    "credit",
    "program",
    "proposal",
    "quote",
    "job",
    "request",
    "equipment",
]

MOST_HITS = 10
"""Of each kind."""


class Hit(View):
    """Something that was found; `title` is what stands over its page, `detail` tells it from its likes."""

    kind: HitKind
    id: UUID
    title: str
    detail: str = ""
    status: str = ""
    amount: Money | None = None


class HitsView(View):
    """At most ten of each kind, and only of kinds that the principal may read."""

    items: list[Hit]
