"""What files call customers and properties, found by the service that knows them: many at once."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.contracts.messages import Query, View
from services.contracts.snapshots import CustomerSnapshot, PropertySnapshot

MOST_REFERENCES = 500


class PropertyReference(View):
    """A property by what it is called, among those of a customer."""

    customer_id: UUID
    reference: str


class FoundCustomer(View):
    """Nobody, where none or `several` customers are called so."""

    reference: str
    customer: CustomerSnapshot | None = None
    several: bool = False
    branch_id: UUID | None = None
    """Their home branch."""
    time_zone: str = "UTC"
    zips: list[str] = []
    """Of all their addresses."""


class FoundProperty(View):
    customer_id: UUID
    reference: str
    property: PropertySnapshot | None = None
    several: bool = False
    branch_id: UUID | None = None
    time_zone: str = "UTC"


class ReferencesView(View):
    customers: list[FoundCustomer]
    properties: list[FoundProperty]


class FindReferences(Query[ReferencesView]):
    """For each, in any order, what it refers to: by external id, by id, or by a name that only one has."""

    customers: Annotated[list[str], Field(max_length=MOST_REFERENCES)] = []
    properties: Annotated[list[PropertyReference], Field(max_length=MOST_REFERENCES)] = []
