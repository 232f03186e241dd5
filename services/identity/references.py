"""Finds what files and other services call customers and properties: many at once, with a statement or two."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from services.chassis.work import Work
from services.contracts.identity.references import (
    FindReferences,
    FoundCustomer,
    FoundProperty,
    PropertyReference,
    ReferencesView,
)
from services.contracts.snapshots import Address, CustomerSnapshot, PropertySnapshot
from services.identity import access
from services.identity.models import Branch, Customer, Property

Row = TypeVar("Row", Customer, Property)


@dataclass(frozen=True)
class Match(Generic[Row]):
    """What a reference stands for; nothing where there is none, or where `several` have the name."""

    row: Row | None = None
    several: bool = False


def customers(work: Work, references: Collection[str]) -> dict[str, Match[Customer]]:
    """The customer of each reference."""
    rows = work.session.scalars(
        select(Customer).where(Customer.company_id == work.company_id, _named(Customer, references))
    )
    found = list(rows)
    return {each: _match(found, each) for each in references}


def properties(work: Work, references: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Match[Property]]:
    """The property of each reference, among those of the customer that is named with it."""
    names = {name for _, name in references}
    of_these = Property.customer_id.in_({customer_id for customer_id, _ in references})
    found: dict[UUID, list[Property]] = {}
    for row in work.session.scalars(select(Property).where(of_these, _named(Property, names))):
        found.setdefault(row.customer_id, []).append(row)
    return {(owner, name): _match(found.get(owner, []), name) for owner, name in references}


def _named(kind: type[Row], references: Iterable[str]) -> ColumnElement[bool]:
    names = set(references)
    ids = [found for found in map(_as_id, names) if found]
    folded = {each.lower() for each in names}
    return or_(kind.external_id.in_(names), kind.id.in_(ids), kind.folded_name.in_(folded))


def _match(rows: Sequence[Row], reference: str) -> Match[Row]:
    """By external id, else by id, else by a name that only one has."""
    own_id = _as_id(reference)
    certain = [row for row in rows if row.external_id == reference] or [row for row in rows if row.id == own_id]
    called = certain or [row for row in rows if row.folded_name == reference.lower()]
    return Match(called[0] if len(called) == 1 else None, several=len(called) > 1)


def _as_id(reference: str) -> UUID | None:
    try:
        return UUID(reference) if len(reference) == len("01a20043-a3bc-7377-bef4-b07fceeb1326") else None
    except ValueError:
        return None


# For the other services


def find(work: Work, query: FindReferences) -> ReferencesView:
    """For services that act by themselves, and the office."""
    access.office_or_service(work, "customers.read")
    found = customers(work, set(query.customers))
    places = properties(work, {(each.customer_id, each.reference) for each in query.properties})
    rows = [match.row for match in found.values() if match.row]
    branches = _branches(work)
    zips = _zips(work, rows)
    return ReferencesView(
        customers=[_customer(each, found[each], branches, zips) for each in found],
        properties=[_property(each, places[each.customer_id, each.reference], branches) for each in query.properties],
    )


def _branches(work: Work) -> dict[UUID, Branch]:
    return {each.id: each for each in work.session.scalars(select(Branch).where(Branch.company_id == work.company_id))}


def _zips(work: Work, rows: Sequence[Customer]) -> dict[UUID, set[str]]:
    """Of the customers' mailing addresses and sites."""
    found = {row.id: {str(row.mailing_address["zip"])} for row in rows}
    sites = select(Property.customer_id, Property.address["zip"].astext).where(Property.customer_id.in_(found))
    for customer_id, code in work.session.execute(sites):
        found[customer_id].add(code)
    return found


def _customer(
    reference: str, match: Match[Customer], branches: Mapping[UUID, Branch], zips: Mapping[UUID, set[str]]
) -> FoundCustomer:
    row = match.row
    if row is None:
        return FoundCustomer(reference=reference, several=match.several)
    return FoundCustomer(
        reference=reference,
        customer=CustomerSnapshot(id=row.id, name=row.name, address=Address.model_validate(row.mailing_address)),
        branch_id=row.home_branch_id,
        time_zone=branches[row.home_branch_id].time_zone,
        zips=sorted(zips[row.id]),
    )


def _property(asked: PropertyReference, match: Match[Property], branches: Mapping[UUID, Branch]) -> FoundProperty:
    row = match.row
    if row is None:
        return FoundProperty(customer_id=asked.customer_id, reference=asked.reference, several=match.several)
    return FoundProperty(
        customer_id=asked.customer_id,
        reference=asked.reference,
        property=PropertySnapshot(id=row.id, name=row.name, address=Address.model_validate(row.address)),
        branch_id=row.branch_id,
        time_zone=branches[row.branch_id].time_zone,
    )
