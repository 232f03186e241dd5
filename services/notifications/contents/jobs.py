"""What mails about jobs and visits tell."""

from services.chassis.work import Work
from services.contracts.fieldwork.jobs import JobChanged, JobCreated, JobView
from services.contracts.fieldwork.visits import VisitUpcoming
from services.contracts.identity.portals import GetBranch
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office, in_portal
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _requested(work: Work, event: JobCreated) -> Content:
    return _job(work, event.job, OFFICE)


def _booked(work: Work, event: JobCreated) -> Content:
    return _job(work, event.job, None)


def _changed(work: Work, event: JobChanged) -> Content:
    return {**_job(work, event.job, None), "news": list(event.news)}


def _job(work: Work, job: JobView, door: str | None) -> Content:
    """What the customer may know of it; without a door the link leads to the branch's own portal."""
    branch = work.ask(GetBranch(branch_id=job.branch_id))
    return {
        **(in_office(branch) if door == OFFICE else in_portal(branch)),
        "number": job.number,
        "description": job.description,
        "status": job.status,
        "customer": job.customer.name,
        "property": job.property.name,
        "created_by": job.created_by,
        "preferred_date": job.preferred_date,
        "date_booked": job.date_booked,
        "work_undertaken": job.work_undertaken,
        "url": notifications_settings().link(door or branch.slug, "jobs", job.id),
    }


def _visit(work: Work, event: VisitUpcoming) -> Content:
    visit = event.visit
    branch = work.ask(GetBranch(branch_id=visit.branch_id))
    window = visit.window
    return {
        **in_portal(branch),
        "property": visit.property.name,
        "date": visit.date,
        "starts": window.starts if window else None,
        "ends": window.ends if window else None,
        "services": visit.services,
        "service_contact": visit.service_contact.name if visit.service_contact else None,
        "url": notifications_settings().link(branch.slug, "visits", visit.id),
    }


CONTENTS: dict[Template, Contents] = {
    "job_requested": _requested,
    "job_booked": _booked,
    "job_changed": _changed,
    "job_done": _changed,
    "visit_reminder": _visit,
}
