"""Equipment: what stands at a customer's property, when it is due for service, and the label stuck on it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.fieldwork.attachments import AttachmentView
from services.contracts.fieldwork.jobs import JobSummary
from services.contracts.identity.people import Search
from services.contracts.messages import Command, Limit, Nothing, Page, Query, View
from services.contracts.snapshots import CustomerSnapshot, Name, PropertySnapshot

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class EquipmentSummary(View):
    """Equipment as lists show it; a text or a date that nobody knows is empty or None."""

    id: UUID
    kind: str
    make: str
    model: str
    serial_number: str
    location: str
    installed_on: date | None
    warranty_until: date | None
    last_serviced_on: date | None
    service_due_on: date | None
    service: Literal["none", "planned", "due_soon", "overdue"]
    """As of today by the site's calendar: soon is within 30 days."""
    property: PropertySnapshot
    customer: CustomerSnapshot


class EquipmentView(EquipmentSummary):
    """Equipment as a page shows it."""

    version: int
    branch_id: UUID
    time_zone: str
    created_at: datetime
    created_by: str
    attachments: list[AttachmentView]
    jobs: list[JobSummary]
    """The latest 50 that the principal sees, newest first."""
    label: Label | None = None
    """What its label's address ends with; None in the portal, and where it has none."""


class CreateEquipment(Command[EquipmentView]):
    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot
    kind: Name
    make: Word = ""
    model: Word = ""
    serial_number: Word = ""
    location: Word = ""
    installed_on: date | None = None
    warranty_until: date | None = None
    last_serviced_on: date | None = None
    service_due_on: date | None = None


class ChangeEquipment(Command[EquipmentView]):
    """Only what is given changes; an empty text or `unset` empties it."""

    equipment_id: UUID
    kind: Name | None = None
    make: Word | None = None
    model: Word | None = None
    serial_number: Word | None = None
    location: Word | None = None
    installed_on: date | Literal["unset"] | None = None
    warranty_until: date | Literal["unset"] | None = None
    last_serviced_on: date | Literal["unset"] | None = None
    service_due_on: date | Literal["unset"] | None = None
    expected_version: int | None = None
    """What whoever changes it has seen: where it is another by now, nothing changes and it is a conflict."""


class ListEquipment(Query[Page[EquipmentSummary]]):
    """Newest first; `due` those whose service is overdue or due soon, the first one first.

    `search` is a serial number.
    """

    property_ids: list[UUID] = []
    due: bool = False
    search: Search = ""
    cursor: str | None = None
    limit: Limit = 25


class GetEquipment(Query[EquipmentView]):
    equipment_id: UUID


class MakeLabel(Command[EquipmentView]):
    """The office's: a label with an address of its own; an earlier one leads nowhere any more."""

    equipment_id: UUID


class RevokeLabel(Command[Nothing]):
    """The office's: the label leads nowhere any more."""

    equipment_id: UUID


class FollowLabel(Query[EquipmentView]):
    """The equipment with this label, where the principal sees it and their portal has labels."""

    label: Label
