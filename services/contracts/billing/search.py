"""What of a search over everything billing answers."""

from typing import ClassVar

from services.contracts.messages import Query
from services.contracts.search import HitsView, Sought


class SearchBilling(Query[HitsView]):
    """Invoices, payments and credits by number, programs by policy number."""

    deadline_seconds: ClassVar[float] = 3.0
    sought: Sought
