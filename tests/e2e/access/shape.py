"""What a row of the tables of access says, and what its requests are made of."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class InPortal:
    """A customers' route. What Priya, who may, is answered proves that the request itself is a good one.

    A list answers 200 to strangers too, with nothing of Lakeside's in it; the test looks.
    """

    route: str
    stranger: int
    """Mia, another company's customer."""
    neighbour: int
    """Dana, another customer of the same company."""
    without: int
    """A contact of Lakeside's at the Clubhouse who has no permission."""
    right: int
    body: dict[str, Any] | None = None
    query: str = ""


@dataclass(frozen=True)
class InOffice:
    """An office's route; contacts, and keys without its scope, are refused with 403 always."""

    route: str
    stranger: int
    """Another company's administrator."""
    without: int
    """A staff member whose role does not reach so far: Rosa, a sales rep, or Omar where sales reps may."""
    right: int
    """An administrator."""
    body: dict[str, Any] | None = None
    by: str = "rosa"
    query: str = ""


USD = {"currency": "USD"}
ADDRESS = {"line1": "1 Lake Way", "city": "Austin", "state": "TX", "zip": "78701"}
