"""The property filter of the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.auth import Caller
from gateway.paging import every
from services.contracts.identity.customers import ListProperties, PropertyView

Chosen = Annotated[list[UUID], Query(alias="property", max_length=100, default_factory=list)]
"""`?property=A&property=B`; none is all of them."""


@dataclass(frozen=True)
class Properties:
    """The properties to choose from, and those chosen."""

    choices: Sequence[PropertyView]
    chosen: Sequence[UUID] = ()

    @property
    def label(self) -> str:
        """What is chosen, in words."""
        names = [choice.name for choice in self.choices if choice.id in self.chosen]
        if not self.chosen:
            return "All properties"
        return names[0] if len(names) == 1 else f"{len(self.chosen)} properties"


async def properties_of(caller: Caller, chosen: Sequence[UUID] = ()) -> Properties:
    """The visitor's properties in this portal, by name."""
    found = await every(caller, ListProperties())
    return Properties(sorted(found, key=lambda each: each.name), chosen)
