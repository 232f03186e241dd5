"""Jobs as rows: those that the principal sees, what a page shows of one, and what is told of a change."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import not_found
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.jobs import (
    JobChanged,
    JobEntryView,
    JobEquipment,
    JobStatus,
    JobSummary,
    JobView,
    TimeEntryView,
)
from services.contracts.messages import new_id
from services.contracts.snapshots import CustomerSnapshot, Person, PropertySnapshot
from services.fieldwork import attached, equipment_models, job_rules
from services.fieldwork.equipment_models import Equipment
from services.fieldwork.job_models import Job, JobEntry, JobTime
from services.fieldwork.job_rules import Scope

News = Sequence[Literal["status", "date_booked", "work_undertaken"]]


def seen(work: Work, job_id: UUID, *, lock: bool = False) -> Job:
    """The job, where the principal sees it."""
    mine = select(Job).where(Job.id == job_id, *within(job_rules.jobs_seen(work.principal)))
    job = work.session.scalar(mine.with_for_update() if lock else mine)
    if job is None:
        raise not_found()
    return job


def for_office(work: Work, job_id: UUID) -> Job:
    """The job, locked, for somebody of the office who schedules jobs."""
    job = seen(work, job_id, lock=True)
    job_rules.require_office(work.principal)
    return job


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """The scope as conditions of a query."""
    bounds: list[ColumnElement[bool]] = []
    if scope.customer_id is not None:
        bounds.append(Job.customer_id == scope.customer_id)
    if scope.branch_id is not None:
        bounds.append(Job.branch_id == scope.branch_id)
    if scope.all_at is None:
        return bounds
    places: list[ColumnElement[bool]] = [Job.property_id.in_(scope.all_at)] if scope.all_at else []
    if scope.own_at:
        places.append((Job.contact_id == scope.contact_id) & Job.property_id.in_(scope.own_at))
    return [*bounds, or_(*places) if places else false()]


def summary(job: Job) -> JobSummary:
    """The job as a list shows it."""
    return JobSummary(
        id=job.id,
        number=job.number,
        status=cast(JobStatus, job.status),
        description=job.description,
        property=PropertySnapshot.model_validate(job.property),
        customer=CustomerSnapshot.model_validate(job.customer),
        date_booked=job.date_booked,
        preferred_date=job.preferred_date,
        time_logged=job.time_logged,
        work_undertaken=job.work_undertaken,
        created_at=job.created_at,
        created_by=job.created_by,
    )


def whole(work: Work, job: Job, *, in_portal: bool | None = None) -> JobView:
    """The job as its page shows it to the principal, or to customers or the office where `in_portal` is said."""
    portal = job_rules.in_portal(work.principal) if in_portal is None else in_portal
    return JobView(
        **dict(summary(job)),
        version=job.version,
        branch_id=job.branch_id,
        time_zone=job.time_zone,
        contact_id=job.contact_id,
        assigned_to=_assigned(job, in_portal=portal),
        time_entries=_time(work, job, in_portal=portal),
        history=_history(work, job),
        equipment=_equipment(work, job, in_portal=portal),
        attachments=attached.of(work, AttachmentOwner(kind="job", id=job.id), in_portal=portal),
        request_id=None if portal else job.request_id,
    )


def note(work: Work, job: Job, date_booked: date | None = None) -> None:
    """A line of the job's history: its status now, and the date where that was set."""
    work.session.add(
        JobEntry(
            id=new_id(),
            company_id=job.company_id,
            job_id=job.id,
            status=job.status,
            date_booked=date_booked,
            at=work.now,
            by=work.principal.name,
        )
    )


def announce_changed(work: Work, job: Job, news: News = (), *, internal: bool = False) -> JobView:
    """Tells that something about the job changed; answers it as the principal sees it now."""
    job.version += 1
    work.session.flush()
    work.announce(
        JobChanged(
            company_id=job.company_id,
            version=job.version,
            job=whole(work, job, in_portal=False),
            changed_by_id=work.principal.id,
            news=list(news),
            internal=internal,
        )
    )
    return whole(work, job)


def _assigned(job: Job, *, in_portal: bool) -> list[Person]:
    people = [Person.model_validate(each) for each in job.assigned_to]
    return [each.model_copy(update={"email": "", "phone": None}) for each in people] if in_portal else people


def _time(work: Work, job: Job, *, in_portal: bool) -> list[TimeEntryView]:
    mine = (JobTime.company_id == job.company_id, JobTime.job_id == job.id)
    return [
        TimeEntryView(
            id=each.id,
            worked_on=each.worked_on,
            minutes=each.minutes,
            staff=each.staff,
            note=None if in_portal else each.note,
        )
        for each in work.session.scalars(select(JobTime).where(*mine).order_by(JobTime.worked_on, JobTime.id))
    ]


def _history(work: Work, job: Job) -> list[JobEntryView]:
    mine = (JobEntry.company_id == job.company_id, JobEntry.job_id == job.id)
    return [
        JobEntryView(status=cast(JobStatus, each.status), at=each.at, by=each.by, date_booked=each.date_booked)
        for each in work.session.scalars(select(JobEntry).where(*mine).order_by(JobEntry.at, JobEntry.id))
    ]


def _equipment(work: Work, job: Job, *, in_portal: bool) -> list[JobEquipment]:
    """What it is about, for whoever may see that."""
    link = equipment_models.JobEquipment
    about = (link.company_id == job.company_id, link.job_id == job.id, link.equipment_id == Equipment.id)
    if in_portal and not permissions.may(work.principal, "equipment.view", job.property_id):
        return []
    found = work.session.scalars(select(Equipment).where(*about).order_by(Equipment.created_at, Equipment.id))
    return [JobEquipment(id=each.id, name=each.name()) for each in found]
