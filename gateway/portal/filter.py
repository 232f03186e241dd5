"""The property filter: one, several or all of a contact's properties, the same in every section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.principals import Principal


@dataclass(frozen=True)
class Choice:
    """A property to choose; `chosen` is whether it is shown."""

    id: UUID
    name: str
    chosen: bool


@dataclass(frozen=True)
class PropertyFilter:
    """What every page shows of the filter: the properties by name, and the page to come back to."""

    choices: Sequence[Choice]
    back: str

    @property
    def narrowed(self) -> bool:
        """Whether some properties are left out."""
        return not all(each.chosen for each in self.choices)

    @property
    def label(self) -> str:
        """What is chosen, in words."""
        names = [each.name for each in self.choices if each.chosen]
        if not self.narrowed:
            return "Both properties" if len(names) == 2 else f"All {len(names)} properties"
        return names[0] if len(names) == 1 else f"{len(names)} of {len(self.choices)} properties"


def chosen_by(principal: Principal) -> list[UUID]:
    """The properties to ask for; empty where it is all of them, also when none of the chosen is theirs any more."""
    mine = {each.property_id for each in principal.properties}
    return [each for each in principal.property_filter if each in mine]


def filter_of(principal: Principal, names: Mapping[UUID, str], back: str) -> PropertyFilter | None:
    """The filter as a page shows it; None where there is nothing to choose from."""
    chosen = chosen_by(principal)
    known = [each.property_id for each in principal.properties if each.property_id in names]
    if len(known) < 2:
        return None
    choices = [Choice(each, names[each], not chosen or each in chosen) for each in known]
    return PropertyFilter(sorted(choices, key=lambda each: each.name.casefold()), back)
