"""Jobs: booked work at a property, from the wish for it to what was done."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.fieldwork.attachments import AttachmentView
from services.contracts.identity.people import Search
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot, Text

JobStatus = Literal["requested", "booked", "in_progress", "completed", "cancelled"]

Minutes = Annotated[int, Field(ge=1, le=24 * 60)]


class JobSummary(View):
    """A job as lists show it."""

    id: UUID
    number: str
    status: JobStatus
    description: str
    property: PropertySnapshot
    customer: CustomerSnapshot
    date_booked: date | None
    """By the site's calendar."""
    preferred_date: date | None
    time_logged: int
    """Minutes, in all."""
    work_undertaken: str
    created_at: datetime
    created_by: str


class TimeEntryView(View):
    id: UUID
    worked_on: date
    minutes: int
    staff: str
    note: str | None
    """None in the portal: it is the office's own."""


class JobEntryView(View):
    """One line of a job's history: what it came to be, when, and by whom."""

    status: JobStatus
    at: datetime
    by: str
    date_booked: date | None
    """Where the date was set with it."""


class JobEquipment(View):
    """Equipment that the job is about."""

    id: UUID
    name: str


class JobView(JobSummary):
    """A job as a page shows it, with what the principal may see of it."""

    version: int
    branch_id: UUID
    time_zone: str
    contact_id: UUID | None
    """Whose job it is at the customer."""
    assigned_to: list[Person]
    """In the portal without their addresses and numbers."""
    time_entries: list[TimeEntryView]
    history: list[JobEntryView]
    """Oldest first."""
    equipment: list[JobEquipment]
    attachments: list[AttachmentView]
    request_id: UUID | None = None
    """The request that it came from; None in the portal."""


class CreateJob(Command[JobView]):
    """A contact's own is theirs and `requested`; staff may book it at once, for a contact of the customer."""

    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot
    description: Text
    preferred_date: date | None = None
    contact_id: UUID | None = None
    date_booked: date | None = None
    assigned_to: Annotated[list[Person], Field(max_length=20)] = []
    equipment_ids: Annotated[list[UUID], Field(max_length=50)] = []


class ChangeJob(Command[JobView]):
    """The office's; only what is given changes. A requested job that gets a date is booked with it."""

    job_id: UUID
    status: JobStatus | None = None
    description: Text | None = None
    date_booked: date | Literal["unset"] | None = None
    work_undertaken: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] | None = None
    contact_id: UUID | Literal["unset"] | None = None
    assigned_to: Annotated[list[Person], Field(max_length=20)] | None = None
    equipment_ids: Annotated[list[UUID], Field(max_length=50)] | None = None
    expected_version: int | None = None
    """What whoever changes it has seen: where it is another by now, nothing changes and it is a conflict."""


class LogTime(Command[JobView]):
    """Time that somebody worked on it; on a day by the site's calendar, none to come."""

    job_id: UUID
    worked_on: date
    minutes: Minutes
    staff: Name
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class RemoveTime(Command[JobView]):
    """Takes back what was logged by mistake."""

    job_id: UUID
    entry_id: UUID


class ListJobs(Query[Page[JobSummary]]):
    """Newest first; `search` is a job's number."""

    status: JobStatus | None = None
    property_ids: list[UUID] = []
    equipment_id: UUID | None = None
    search: Search = ""
    cursor: str | None = None
    limit: Limit = 25


class GetJob(Query[JobView]):
    job_id: UUID


class JobCreated(Event):
    version: int
    job: JobView
    created_by_id: UUID
    created_by_kind: Literal["contact", "staff"]


class JobChanged(Event):
    """Anything about a job, with its new state as the office sees it.

    Whoever shows it to a customer asks first whether they see the job. `internal`: no customer sees a difference.
    `news` are what whoever the job concerns is told of: its status, its date, the work undertaken.
    """

    version: int
    job: JobView
    changed_by_id: UUID
    news: list[Literal["status", "date_booked", "work_undertaken"]] = []
    internal: bool = False
