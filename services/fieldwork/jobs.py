"""Jobs: wished for by customers, scheduled and done by the office."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_

from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.errors import conflict, invalid, not_found
from services.contracts.fieldwork.jobs import (
    ChangeJob,
    CreateJob,
    GetJob,
    JobCreated,
    JobStatus,
    JobSummary,
    JobView,
    ListJobs,
    LogTime,
    RemoveTime,
)
from services.contracts.messages import Page
from services.fieldwork import equipment_rows, job_rows, job_rules, versions
from services.fieldwork.equipment_models import JobEquipment
from services.fieldwork.job_models import Job, JobTime

MOST_TIME_ENTRIES = 500
_NOT_COPIED = {"id", "job_id", "status", "equipment_ids", "expected_version"}


def create(work: Work, command: CreateJob) -> JobView:
    """Makes a job: a contact's is theirs and a wish, the office may book it for a day at once."""
    who = work.principal
    places = {"customer_id": command.customer.id, "property_id": command.property.id}
    job_rules.require_may_create(who, "jobs.create", branch_id=command.branch_id, **places)
    _require_date_to_come(work, command.preferred_date, command.time_zone)
    return opened(work, command)


def opened(work: Work, command: CreateJob, *, request_id: UUID | None = None) -> JobView:
    """A new job, told of; the caller has checked that the principal may make it."""
    who = work.principal
    is_contact = who.kind == "contact"
    booked = None if is_contact else command.date_booked
    job = Job(
        id=command.id,
        company_id=work.company_id,
        branch_id=command.branch_id,
        time_zone=command.time_zone,
        customer_id=command.customer.id,
        customer=command.customer.model_dump(mode="json"),
        property_id=command.property.id,
        property=command.property.model_dump(mode="json"),
        contact_id=who.id if is_contact else command.contact_id,
        request_id=request_id,
        status="booked" if booked else "requested",
        description=command.description,
        preferred_date=command.preferred_date,
        date_booked=booked,
        time_logged=0,
        work_undertaken="",
        assigned_to=[] if is_contact else [each.model_dump(mode="json") for each in command.assigned_to],
        created_at=work.now,
        created_by=who.name,
        version=1,
        number=next_number(work, "JOB", command.time_zone),
    )
    work.session.add(job)
    _set_equipment(work, job, command.equipment_ids)
    job_rows.note(work, job, booked)
    return _announce_created(work, job)


def find(work: Work, query: GetJob) -> JobView:
    """One job, where the principal sees it."""
    return job_rows.whole(work, job_rows.seen(work, query.job_id))


def page(work: Work, query: ListJobs) -> Page[JobSummary]:
    """The jobs that the principal sees, newest first."""
    found = select(Job).where(*job_rows.within(job_rules.jobs_listed(work.principal).at(query.property_ids)))
    if query.status is not None:
        found = found.where(Job.status == query.status)
    if query.search:
        found = found.where(Job.number == query.search.upper())
    if query.equipment_id is not None:
        equipment_rows.seen(work, query.equipment_id)
        about = (JobEquipment.company_id == Job.company_id, JobEquipment.equipment_id == query.equipment_id)
        found = found.join(JobEquipment, JobEquipment.job_id == Job.id).where(*about)
    if query.cursor:
        found = found.where(tuple_(Job.created_at, Job.id) < cursors.position(query.cursor, datetime))
    rows = list(work.session.scalars(found.order_by(Job.created_at.desc(), Job.id.desc()).limit(query.limit + 1)))
    shown, more = rows[: query.limit], len(rows) > query.limit
    return Page(
        items=[job_rows.summary(job) for job in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def change(work: Work, command: ChangeJob) -> JobView:
    """Schedules and moves a job, and says what was done; a line of history for each status and date."""
    job = job_rows.for_office(work, command.job_id)
    versions.require_current(job.version, command.expected_version)
    given = command.model_dump(mode="json", exclude=_NOT_COPIED, exclude_none=True)
    before = _told(job)
    for name, value in given.items():
        setattr(job, name, _set(name, value))
    newly_booked = job.date_booked is not None and job.date_booked != before["date_booked"]
    job.status = job_rules.moved(
        cast(JobStatus, job.status), command.status, job.date_booked, is_newly_booked=newly_booked
    )
    if command.equipment_ids is not None:
        _set_equipment(work, job, command.equipment_ids)
    after = _told(job)
    news: list[Any] = [name for name in before if before[name] != after[name]]
    if "status" in news or "date_booked" in news:
        job_rows.note(work, job, job.date_booked if "date_booked" in news else None)
    return job_rows.announce_changed(work, job, cast(job_rows.News, news))


def log_time(work: Work, command: LogTime) -> JobView:
    """Adds time that somebody worked; a job that was only booked is in progress with it."""
    job = job_rows.for_office(work, command.job_id)
    if command.worked_on > work.today(job.time_zone):
        raise invalid("Time is logged once it was worked.", field="worked_on")
    if job.status == "cancelled":
        raise conflict("No time is logged on a cancelled job.", reason="job_status")
    _require_room_for_time(work, job)
    entry = JobTime(
        id=command.id,
        company_id=job.company_id,
        job_id=job.id,
        worked_on=command.worked_on,
        minutes=command.minutes,
        staff=command.staff,
        note=command.note,
    )
    work.session.add(entry)
    job.time_logged += command.minutes
    return job_rows.announce_changed(work, job)


def remove_time(work: Work, command: RemoveTime) -> JobView:
    """Takes back what was logged by mistake."""
    job = job_rows.for_office(work, command.job_id)
    this = (JobTime.id == command.entry_id, JobTime.job_id == job.id)
    entry = work.session.scalar(select(JobTime).where(*this))
    if entry is None:
        raise not_found()
    job.time_logged -= entry.minutes
    work.session.delete(entry)
    return job_rows.announce_changed(work, job)


def _announce_created(work: Work, job: Job) -> JobView:
    work.session.flush()
    side: Literal["contact", "staff"] = job_rules.side_of(work.principal)
    work.announce(
        JobCreated(
            company_id=job.company_id,
            version=job.version,
            job=job_rows.whole(work, job, in_portal=False),
            created_by_id=work.principal.id,
            created_by_kind=side,
        )
    )
    return job_rows.whole(work, job)


def _told(job: Job) -> dict[str, Any]:
    """What whoever the job concerns is told of when it changes."""
    return {"status": job.status, "date_booked": job.date_booked, "work_undertaken": job.work_undertaken}


def _set(name: str, value: Any) -> Any:
    if value == "unset" and name in ("date_booked", "contact_id"):
        return None
    if name == "date_booked":
        return date.fromisoformat(value)
    return UUID(value) if name == "contact_id" else value


def _require_date_to_come(work: Work, wished: date | None, time_zone: str) -> None:
    if wished is not None and wished < work.today(time_zone):
        raise invalid("Choose a day to come.", field="preferred_date")


def _require_room_for_time(work: Work, job: Job) -> None:
    mine = (JobTime.company_id == job.company_id, JobTime.job_id == job.id)
    if (work.session.scalar(select(func.count()).select_from(JobTime).where(*mine)) or 0) >= MOST_TIME_ENTRIES:
        raise conflict(f"A job takes {MOST_TIME_ENTRIES} entries of time at most.", reason="too_many")


def _set_equipment(work: Work, job: Job, equipment_ids: Sequence[UUID]) -> None:
    """Links the job to equipment that the principal sees, at the job's own property."""
    for each in equipment_ids:
        if equipment_rows.seen(work, each).property_id != job.property_id:
            raise invalid("This equipment is at another property.", field="equipment_ids")
    work.session.flush()
    work.session.execute(delete(JobEquipment).where(JobEquipment.job_id == job.id))
    for each in dict.fromkeys(equipment_ids):
        link = {"job_id": job.id, "equipment_id": each, "company_id": job.company_id}
        work.session.add(JobEquipment(**link, job_created_at=job.created_at))
