"""What mails about jobs tell."""

from services.chassis.work import Work
from services.contracts.fieldwork.jobs import JobChanged, JobCreated, JobView
from services.contracts.identity.portals import GetBranch
from services.notifications import formats
from services.notifications.contents.shape import Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _requested(work: Work, event: JobCreated) -> Content:
    return _job(work, event.job, "office")


def _booked(work: Work, event: JobCreated) -> Content:
    return _job(work, event.job, None)


def _changed(work: Work, event: JobChanged) -> Content:
    return {**_job(work, event.job, None), "news": list(event.news)}


def _job(work: Work, job: JobView, door: str | None) -> Content:
    """What the customer may know of it; without a door the link leads to the branch's own portal."""
    branch = work.ask(GetBranch(branch_id=job.branch_id))
    return {
        "brand": branch.brand.model_dump(),
        "number": job.number,
        "description": job.description,
        "status": job.status.replace("_", " "),
        "customer": job.customer.name,
        "property": job.property.name,
        "created_by": job.created_by,
        "preferred_date": formats.day(job.preferred_date) if job.preferred_date else "",
        "date_booked": formats.day(job.date_booked) if job.date_booked else "",
        "work_undertaken": job.work_undertaken,
        "url": notifications_settings().link(door or branch.slug, "jobs", job.id),
    }


CONTENTS: dict[Template, Contents] = {
    "job_requested": _requested,
    "job_booked": _booked,
    "job_changed": _changed,
}
