"""Jobs in the office: the list, a new one, and one as a page on which it is scheduled, done and documented."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import jobs as issuing
from gateway.office.choosing import Sought, choose_property
from gateway.office.customers import staff_options
from gateway.office.entry import JobsReader, JobsWriter
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.formats import word
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor, every
from services.contracts.errors import DomainError
from services.contracts.fieldwork.equipment import ListEquipment
from services.contracts.fieldwork.jobs import GetJob, JobStatus, JobView, ListJobs, RemoveTime
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.customers import GetProperty
from services.contracts.messages import Command

router = APIRouter()

STATUSES: tuple[JobStatus, ...] = get_args(JobStatus)
_PATH = "/office/jobs"
_ONE = _PATH + "/{job_id:uuid}"
SENTENCES = {
    "description": "Say what is to be done, in at most 10,000 characters.",
    "date_booked": "Choose a day.",
    "status": "Choose the status.",
    "work_undertaken": "Use at most 10,000 characters.",
    "contact_id": "Choose a contact of this customer.",
    "assigned_to_ids": "Choose staff members.",
    "worked_on": "Choose a day, today or before.",
    "minutes": "Enter whole minutes, from 1 to 1440.",
    "note": "Use at most 2,000 characters.",
}
_SAME = {name: name for name in SENTENCES}


@router.get(_PATH)
async def jobs(
    request: Request, member: JobsReader, status: str = "all", search: Sought = "", cursor: Cursor = None
) -> Response:
    """One page of the list, newest first."""
    wanted = next((each for each in STATUSES if each == status), None)
    found = await member.ask(ListJobs(status=wanted, search=search.strip(), cursor=cursor))
    template = "office/jobs/list.html"
    options = [("all", "All"), *((each, word(each)) for each in STATUSES)]
    return show_list(
        request,
        member,
        template,
        found,
        cursor,
        here="jobs",
        search=search,
        status=wanted or "all",
        statuses=options,
        address=lambda shown: f"{_PATH}?status={shown}",
    )


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: JobsWriter,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of a new job, once its property is chosen."""
    if property is None:
        return await choose_property(request, member, "jobs", "New job", search, cursor)
    return await _form(request, member, property, Form())


@router.post(f"{_PATH}/new")
async def add(request: Request, member: JobsWriter, property: UUID) -> Response:  # noqa: A002
    """Makes the job; with a date it is booked."""
    typed = await typed_in(request)
    try:
        draft = issuing.NewOfficeJob.model_validate({"property_id": property, **_facts(typed)})
        made = await member.ask(await issuing.job(member, draft, command_id(member, typed.path, typed.values)))
    except (ValidationError, DomainError) as error:
        again, http_status = _again(typed, error)
        return await _form(request, member, property, again, http_status)
    return done(f"{_PATH}/{made.id}", "added")


@router.get(_ONE)
async def one(request: Request, member: JobsReader, job_id: UUID) -> Response:
    """A job's page."""
    return await page_of(request, member, job_id)


@router.post(_ONE)
async def save(request: Request, member: JobsWriter, job_id: UUID) -> Response:
    """Schedules and moves it, and says what was done."""

    async def change(typed: Typed, new_id: UUID) -> Command[JobView]:
        said = {**_facts(typed), "status": typed["status"] or None, "work_undertaken": typed["work_undertaken"]}
        said["expected_version"] = typed["expected_version"] or None
        return await issuing.job_change(member, job_id, issuing.JobChange.model_validate(said), new_id)

    return await _do(request, member, job_id, change, "saved", "editing")


@router.post(f"{_ONE}/time")
async def log_time(request: Request, member: JobsWriter, job_id: UUID) -> Response:
    """Logs time."""

    async def log(typed: Typed, new_id: UUID) -> Command[JobView]:
        said = {name: typed[name] for name in ("worked_on", "minutes", "note")}
        body = issuing.TimeBody.model_validate({**said, "staff_id": typed["staff_id"] or None})
        return await issuing.time(member, job_id, body, new_id)

    return await _do(request, member, job_id, log, "saved", "logging")


@router.post(f"{_ONE}/time/{{entry_id:uuid}}/removal")
async def remove_time(request: Request, member: JobsWriter, job_id: UUID, entry_id: UUID) -> Response:
    """Takes back what was logged by mistake."""

    async def remove(_: Typed, new_id: UUID) -> Command[JobView]:
        return RemoveTime(id=new_id, job_id=job_id, entry_id=entry_id)

    return await _do(request, member, job_id, remove, "deleted", "logging")


async def _do(
    request: Request,
    member: Caller,
    job_id: UUID,
    make: Callable[[Typed, UUID], Awaitable[Command[JobView]]],
    said: str,
    form: str,
) -> Response:
    """Sends what a form of the job's page says; the page again, with that form, where it is refused."""
    typed = await typed_in(request)
    try:
        await member.ask(await make(typed, command_id(member, typed.path, typed.values)))
    except (ValidationError, DomainError) as error:
        again, http_status = _again(typed, error)
        return await page_of(request, member, job_id, http_status, **{form: again})
    return done(f"{_PATH}/{job_id}", said)


def _again(typed: Typed, error: ValidationError | DomainError) -> tuple[Form, int]:
    if isinstance(error, ValidationError):
        return wrong(typed.values, problems(error, SENTENCES)), 422
    return refused(typed.values, error, _SAME), problem_of(error).status_code


def _facts(typed: Typed) -> dict[str, Any]:
    """What both forms say of a job; what is empty is taken away."""
    return {
        "description": typed["description"],
        "date_booked": typed["date_booked"] or None,
        "contact_id": typed["contact_id"] or None,
        "assigned_to_ids": typed.ticked("assigned_to_ids"),
        "equipment_ids": typed.ticked("equipment_ids"),
    }


async def page_of(request: Request, member: Caller, job_id: UUID, http_status: int = 200, **forms: Form) -> Response:
    """The job's page; `forms` are those to be corrected: `editing`, `logging` or `attaching`."""
    found = await member.ask(GetJob(job_id=job_id))
    shown = {"editing": Form(_values(found)), "logging": Form(), "attaching": Form(), **forms}
    return show(
        request,
        member,
        "office/jobs/item.html",
        http_status,
        here="jobs",
        job=found,
        base=f"{_PATH}/{job_id}",
        statuses=[(each, word(each)) for each in STATUSES],
        form=next(iter(forms.values()), Form()),
        **shown,
        **await _choices(member, found.customer.id, found.property.id),
    )


def _values(job: JobView) -> dict[str, str]:
    return {
        "status": job.status,
        "description": job.description,
        "date_booked": str(job.date_booked or ""),
        "contact_id": str(job.contact_id or ""),
        "work_undertaken": job.work_undertaken,
    }


async def _choices(member: Caller, customer_id: UUID, property_id: UUID) -> dict[str, Any]:
    """Whom and what a job of this customer can be given."""
    contacts, staff, equipment = await asyncio.gather(
        every(member, ListContacts(customer_id=customer_id)),
        staff_options(member),
        every(member, ListEquipment(property_ids=[property_id])),
    )
    return {
        "contacts": [(each.id, each.name) for each in contacts],
        "staff": staff,
        "machines": [(each.id, each.kind, f"{each.make} {each.model} {each.location}".strip()) for each in equipment],
    }


async def _form(request: Request, member: Caller, property_id: UUID, form: Form, http_status: int = 200) -> Response:
    place = await member.ask(GetProperty(property_id=property_id))
    return show(
        request,
        member,
        "office/jobs/new.html",
        http_status,
        here="jobs",
        form=form,
        place=place,
        **await _choices(member, place.customer.id, property_id),
    )
