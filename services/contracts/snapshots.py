"""Names and addresses as they were when a document was issued; the document keeps them for good."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.messages import View

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


class Address(View):
    """A postal address in the United States."""

    line1: Name
    line2: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    city: Name
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    zip: Annotated[str, StringConstraints(pattern=r"^\d{5}(-\d{4})?$")]


class Person(View):
    """Somebody to turn to."""

    id: UUID
    name: Name
    email: str
    phone: str | None = None


class PropertySnapshot(View):
    """A customer's site."""

    id: UUID
    name: Name
    address: Address


class CustomerSnapshot(View):
    """Who a document is made out to."""

    id: UUID
    name: Name
    address: Address
