"""What of a search over everything fieldwork answers."""

from typing import ClassVar

from services.contracts.messages import Query
from services.contracts.search import HitsView, Sought


class SearchWork(Query[HitsView]):
    """Jobs and requests by number, equipment by serial number."""

    deadline_seconds: ClassVar[float] = 3.0
    sought: Sought
