"""Visits: scheduled attendances at a property, their notes, and the calendar that a contact subscribes to."""

from datetime import date as day
from datetime import datetime, time
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from services.contracts.messages import Command, Event, Limit, Nothing, Page, Query, View
from services.contracts.snapshots import Name, Person, PropertySnapshot, Text

VisitStatus = Literal["scheduled", "completed", "cancelled"]
Services = Annotated[list[Name], Field(min_length=1, max_length=50)]


class VisitWindow(View):
    """Between when and when somebody comes, by the site's clocks; one that ends at or before its start is refused."""

    starts: time
    ends: time


class ServiceContact(View):
    """Whom to ask about it; `phone` is None where the branch hides it."""

    name: str
    email: str
    phone: str | None = None


class VisitNoteView(View):
    id: UUID
    text: str
    shown_in_portal: bool
    created_at: datetime
    created_by: str


class VisitView(View):
    """`date` and `window` are by the clocks of `time_zone`, the site's; `starts_at` and `ends_at` are the same
    moments, None without a window."""

    id: UUID
    status: VisitStatus
    date: day
    window: VisitWindow | None
    time_zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    services: list[str]
    property: PropertySnapshot
    service_contact: ServiceContact | None
    notes: list[VisitNoteView]
    """Oldest first; in the portal those that are shown there."""
    job_id: UUID | None
    """What it belongs to, as `proposal_id`, which is a contract."""
    proposal_id: UUID | None
    completed_at: datetime | None
    customer_id: UUID
    branch_id: UUID
    service_contact_id: UUID | None
    """None in the portal."""
    version: int | None = None


class VisitUpcoming(Event):
    """Somebody comes tomorrow, by the site's clocks. Told the day before, and anew for another day."""

    visit: VisitView
    """Without its notes, and without the service contact's phone, which not every portal shows."""


class CreateVisit(Command[VisitView]):
    branch_id: UUID
    time_zone: str
    customer_id: UUID
    property: PropertySnapshot
    date: day
    window: VisitWindow | None = None
    services: Services
    service_contact: Person | None = None
    job_id: UUID | None = None
    proposal_id: UUID | None = None


class ChangeVisit(Command[VisitView]):
    """Only what is given changes; `unset` empties. A completed or cancelled one is a conflict."""

    visit_id: UUID
    date: day | None = None
    window: VisitWindow | Literal["unset"] | None = None
    services: Services | None = None
    service_contact: Person | Literal["unset"] | None = None
    expected_version: int | None = None
    """What whoever changes it has seen: where it is another by now, nothing changes and it is a conflict."""


class CompleteVisit(Command[VisitView]):
    """A completed one stays as it is; a cancelled one is a conflict, and so is one of a day to come."""

    visit_id: UUID


class CancelVisit(Command[VisitView]):
    """A cancelled one stays as it is; a completed one is a conflict."""

    visit_id: UUID


class AddVisitNote(Command[VisitView]):
    visit_id: UUID
    text: Text
    shown_in_portal: bool = False


class ChangeVisitNote(Command[VisitView]):
    """Shows a note in the portal, or takes it back."""

    visit_id: UUID
    note_id: UUID
    shown_in_portal: bool


class ListVisits(Query[Page[VisitView]]):
    """`upcoming`: scheduled for today or the next 30 days, the first one first; `completed`: the last one first.

    Without a window all that the principal sees, the last one first: the office all there are. `visit_ids` narrows.
    """

    window: Literal["upcoming", "completed"] | None = None
    property_ids: list[UUID] = []
    visit_ids: Annotated[list[UUID], Field(max_length=200)] = []
    job_id: UUID | None = None
    cursor: str | None = None
    limit: Limit = 25


class GetVisit(Query[VisitView]):
    visit_id: UUID


class CalendarView(View):
    """The contact's calendar address of this portal; only when it was made is known of it afterwards."""

    created_at: datetime | None


class GetCalendar(Query[CalendarView]):
    """The principal's own."""


class NewCalendarView(View):
    token: str
    created_at: datetime


class MakeCalendar(Command[NewCalendarView]):
    """A fresh secret address for the principal; an earlier one opens nothing any more."""

    remembered: ClassVar[bool] = False


class RevokeCalendar(Command[Nothing]):
    """The principal's address opens nothing any more."""


class CalendarOwner(View):
    company_id: UUID
    branch_id: UUID
    contact_id: UUID


class ResolveCalendar(Query[CalendarOwner]):
    """Whose calendar a secret address is; not_found where it is unknown or revoked."""

    token: SecretStr
