"""What of a search over everything identity answers."""

from typing import ClassVar

from services.contracts.messages import Query
from services.contracts.search import HitsView, Sought


class SearchPeople(Query[HitsView]):
    """Customers and properties by name and street, contacts by name and e-mail."""

    deadline_seconds: ClassVar[float] = 3.0
    sought: Sought
