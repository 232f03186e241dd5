"""A service whose callers have no patience."""

from typing import ClassVar

from services.contracts.messages import Query, View


class Told(View):
    text: str


class Tell(Query[Told]):
    """A question that is waited for no longer than a breath."""

    deadline_seconds: ClassVar[float] = 0.3
