"""What a service says of each kind of file that it imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from services.chassis.work import Work
from services.contracts.imports import ImportProblem

Outcome = Literal["create", "change", "same"]
Values = TypeVar("Values", bound=BaseModel)


@dataclass(frozen=True)
class Parsed(Generic[Values]):
    """A row whose cells can be read."""

    row: int
    values: Values


@dataclass
class Verdict:
    """What would become of a row; `made` is whatever its kind needs to carry it out."""

    outcome: Outcome = "create"
    problems: list[ImportProblem] = field(default_factory=list)
    made: Any = None

    def blame(self, column: str, message: str) -> None:
        """Adds a problem."""
        self.problems.append(ImportProblem(column=column, message=message))


class Kind(Protocol[Values]):
    """One kind of file. Both are given some hundred rows at a time, those of one group together."""

    @property
    def model(self) -> type[Values]:
        """A row's columns."""

    @property
    def key(self) -> tuple[str, ...]:
        """The columns by which a row is known again; two rows with the same are refused."""

    @property
    def group(self) -> str | None:
        """The column by which rows belong together: none of them is imported without the others."""

    def check(self, work: Work, rows: Sequence[Parsed[Values]], *, lock: bool) -> Mapping[int, Verdict]:
        """A verdict for each row, by its number; with `lock` what it goes by stays so until the transaction ends."""

    def apply(self, work: Work, rows: Sequence[tuple[Parsed[Values], Verdict]]) -> None:
        """Writes rows that have no problem, in this transaction."""

    def finish(self, work: Work) -> None:
        """Ends the transaction's work, once all rows are written: what others wait for while it is held."""
