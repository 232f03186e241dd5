"""Whom and what the rows refer to: identity is asked about hundreds at a time, never row by row."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from uuid import UUID

from services.chassis.imports.kinds import Verdict
from services.chassis.work import Work
from services.contracts.identity.references import (
    MOST_REFERENCES,
    FindReferences,
    FoundCustomer,
    FoundProperty,
    PropertyReference,
)

Item = TypeVar("Item")


def customers(work: Work, references: Collection[str]) -> dict[str, FoundCustomer]:
    """The customer of each reference."""
    found: dict[str, FoundCustomer] = {}
    for some in _parts(sorted(references)):
        answer = work.ask(FindReferences(customers=some))
        found |= {each.reference: each for each in answer.customers}
    return found


def properties(work: Work, references: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], FoundProperty]:
    """The property of each reference, among those of the customer named with it."""
    found: dict[tuple[UUID, str], FoundProperty] = {}
    for some in _parts(sorted(references)):
        asked = [PropertyReference(customer_id=owner, reference=name) for owner, name in some]
        answer = work.ask(FindReferences(properties=asked))
        found |= {(each.customer_id, each.reference): each for each in answer.properties}
    return found


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, MOST_REFERENCES)):
        yield some


def blame_customer(found: FoundCustomer, verdict: Verdict) -> None:
    """Says so where it is nobody, or more than one."""
    if found.several:
        verdict.blame("customer", "Several customers have this name. Write the external_id.")
    elif found.customer is None:
        verdict.blame("customer", "There is no such customer.")


def blame_currency(currency: str | None, own: str, verdict: Verdict) -> None:
    """Says so where a row is in another currency than the company's."""
    if currency not in (None, own):
        verdict.blame("currency", f"Your company bills in {own}.")
