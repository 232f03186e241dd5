"""A search over everything: the services are asked at once, and one that does not answer is named, the rest shown."""

import asyncio
from collections.abc import Sequence

from gateway.auth import Caller
from gateway.wire import DeadlinePassed, Unavailable
from services.contracts.billing.search import SearchBilling
from services.contracts.errors import forbidden
from services.contracts.fieldwork.search import SearchWork
from services.contracts.identity.search import SearchPeople
from services.contracts.messages import Query, View
from services.contracts.permissions import may_in_office
from services.contracts.principals import Scope
from services.contracts.proposals.search import SearchOffers
from services.contracts.search import Hit, HitsView

Search = type[SearchPeople] | type[SearchBilling] | type[SearchOffers] | type[SearchWork]

_ASKED: tuple[tuple[Search, str, frozenset[Scope]], ...] = (
    (SearchPeople, "Customers", frozenset({"customers.read"})),
    (SearchBilling, "Invoices and payments", frozenset({"invoices.read", "payments.read", "programs.read"})),
    (SearchOffers, "Proposals and quotes", frozenset({"proposals.read", "quotes.read"})),
    (SearchWork, "Jobs, requests and equipment", frozenset({"jobs.read", "requests.read"})),
)
"""Which service is asked, what it is called where it does not answer, and one of which scopes it takes."""


class Findings(View):
    """What was found, at most ten of each kind, and which parts of the company could not be searched."""

    items: list[Hit]
    missing: list[str]


async def search(caller: Caller, sought: str) -> Findings:
    """Everything of the caller's company whose name or number begins so, as far as they may read it.

    Raises ValidationError for less than two characters, and forbidden for who may read nothing of all this.
    """
    asked = [each for each in _ASKED if any(may_in_office(caller.principal, scope) for scope in each[2])]
    if not asked:
        raise forbidden()
    answers = await asyncio.gather(*(_answer(caller, message(sought=sought)) for message, *_ in asked))
    found: Sequence[Hit] = [hit for answer in answers if answer for hit in answer.items]
    missing = [label for (_, label, _), answer in zip(asked, answers, strict=True) if answer is None]
    return Findings(items=found, missing=missing)


async def _answer(caller: Caller, question: Query[HitsView]) -> HitsView | None:
    try:
        return await caller.ask(question)
    except (Unavailable, DeadlinePassed):
        return None
