"""New jobs and equipment, and changes of them, from what people name by id."""

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from gateway.auth import Caller
from gateway.requests import Body, SeenVersion
from services.contracts.errors import invalid
from services.contracts.fieldwork.equipment import ChangeEquipment, CreateEquipment, Word
from services.contracts.fieldwork.jobs import ChangeJob, CreateJob, GetJob, JobStatus, LogTime, Minutes
from services.contracts.identity.contacts import GetContact
from services.contracts.identity.customers import GetProperty, PropertyView
from services.contracts.identity.portals import GetBranch
from services.contracts.identity.staff import GetStaffMember
from services.contracts.snapshots import Name, Person, Text

StaffIds = Annotated[list[UUID], Field(max_length=20)]
EquipmentIds = Annotated[list[UUID], Field(max_length=50)]


class NewJob(Body):
    """What a customer wishes to have done."""

    property_id: UUID
    description: Text
    preferred_date: date | None = None
    equipment_ids: EquipmentIds = []


class NewOfficeJob(NewJob):
    """What the office writes down; with `date_booked` it is booked at once."""

    contact_id: UUID | None = None
    date_booked: date | None = None
    assigned_to_ids: StaffIds = []


class JobChange(Body):
    """What changes of a job; what is not given stays. A requested job that gets a date is booked with it."""

    status: JobStatus | None = None
    description: Text | None = None
    date_booked: Annotated[date | None, Field(description="null takes the date away.")] = None
    work_undertaken: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    contact_id: Annotated[UUID | None, Field(description="Whose job it is; null is nobody's in particular.")] = None
    assigned_to_ids: StaffIds | None = None
    equipment_ids: EquipmentIds | None = None
    expected_version: SeenVersion = None


class TimeBody(Body):
    """Time that a staff member worked; oneself where nobody is named."""

    worked_on: date
    minutes: Minutes
    staff_id: UUID | None = None
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class NewEquipment(Body):
    """Equipment at a property."""

    property_id: UUID
    kind: Name
    make: Word = ""
    model: Word = ""
    serial_number: Word = ""
    location: Word = ""
    installed_on: date | None = None
    warranty_until: date | None = None
    last_serviced_on: date | None = None
    service_due_on: date | None = None


class EquipmentChange(Body):
    """What changes of equipment; what is not given stays, and a date that is null is not known any more."""

    kind: Name | None = None
    make: Word | None = None
    model: Word | None = None
    serial_number: Word | None = None
    location: Word | None = None
    installed_on: date | None = None
    warranty_until: date | None = None
    last_serviced_on: date | None = None
    service_due_on: date | None = None
    expected_version: SeenVersion = None


async def job(caller: Caller, draft: NewJob, new_id: UUID) -> CreateJob:
    """The command that makes it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    given = draft.model_dump(include={"description", "preferred_date", "equipment_ids"})
    if isinstance(draft, NewOfficeJob):
        people = await _staff(caller, draft.assigned_to_ids)
        await _check_contact(caller, draft.contact_id, place.customer.id)
        given |= {"contact_id": draft.contact_id, "date_booked": draft.date_booked, "assigned_to": people}
    return CreateJob.model_validate({"id": new_id, **await _at(caller, place), **given})


async def job_change(caller: Caller, job_id: UUID, change: JobChange, new_id: UUID) -> ChangeJob:
    """The command that changes it; what is null in the body is taken away."""
    named = change.model_fields_set
    copied = {"status", "description", "work_undertaken", "equipment_ids", "expected_version"}
    given = change.model_dump(include=copied, exclude_none=True)
    for each in ("date_booked", "contact_id"):
        if each in named:
            given[each] = getattr(change, each) or "unset"
    if change.assigned_to_ids is not None:
        given["assigned_to"] = await _staff(caller, change.assigned_to_ids)
    if change.contact_id:
        job = await caller.ask(GetJob(job_id=job_id))
        await _check_contact(caller, change.contact_id, job.customer.id)
    return ChangeJob.model_validate({"id": new_id, "job_id": job_id, **given})


async def time(caller: Caller, job_id: UUID, body: TimeBody, new_id: UUID) -> LogTime:
    """The command that logs it."""
    staff = caller.principal.name
    if body.staff_id:
        staff = (await caller.ask(GetStaffMember(staff_id=body.staff_id))).name
    return LogTime(
        id=new_id, job_id=job_id, worked_on=body.worked_on, minutes=body.minutes, staff=staff, note=body.note
    )


async def equipment(caller: Caller, draft: NewEquipment, new_id: UUID) -> CreateEquipment:
    """The command that adds it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    given = draft.model_dump(exclude={"property_id"})
    return CreateEquipment.model_validate({"id": new_id, **await _at(caller, place), **given})


def equipment_change(equipment_id: UUID, change: EquipmentChange, new_id: UUID) -> ChangeEquipment:
    """The command that changes it; a date that is null in the body is taken away."""
    given: dict[str, Any] = {}
    for each in change.model_fields_set:
        value = getattr(change, each)
        given[each] = "unset" if value is None and each.endswith(("_on", "_until")) else value
    return ChangeEquipment.model_validate({"id": new_id, "equipment_id": equipment_id, **given})


async def _at(caller: Caller, place: PropertyView) -> dict[str, Any]:
    """Where it is, as identity knows it today."""
    return {
        "branch_id": place.branch_id,
        "time_zone": await _time_zone(caller, place.branch_id),
        "customer": place.customer,
        "property": place.snapshot(),
    }


async def _time_zone(caller: Caller, branch_id: UUID) -> str:
    portal = caller.principal.portal
    if portal and portal.branch_id == branch_id:
        return portal.time_zone
    return (await caller.ask(GetBranch(branch_id=branch_id))).time_zone


async def _staff(caller: Caller, staff_ids: list[UUID]) -> list[Person]:
    found = await asyncio.gather(*(caller.ask(GetStaffMember(staff_id=each)) for each in staff_ids))
    return [Person(id=each.id, name=each.name, email=each.email, phone=each.phone) for each in found]


async def _check_contact(caller: Caller, contact_id: UUID | None, customer_id: UUID) -> None:
    """Raises `invalid` where the contact is another customer's."""
    if contact_id and (await caller.ask(GetContact(contact_id=contact_id))).customer_id != customer_id:
        raise invalid("The contact is another customer's.", field="contact_id")
