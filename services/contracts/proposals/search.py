"""What of a search over everything proposals answers."""

from typing import ClassVar

from services.contracts.messages import Query
from services.contracts.search import HitsView, Sought


class SearchOffers(Query[HitsView]):
    """Proposals and quotes by number."""

    deadline_seconds: ClassVar[float] = 3.0
    sought: Sought
