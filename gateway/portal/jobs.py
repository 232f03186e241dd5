"""Jobs: the list, one of them as a page with its photos, and a new one."""

from collections.abc import Mapping
from functools import partial
from typing import Any, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.issuing import jobs as issuing
from gateway.pages import attached
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, refused, texts
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import JobsReader, entering_jobs, root
from gateway.portal.filter import chosen_by
from gateway.portal.sites import sites
from gateway.uploads import arriving
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.equipment import EquipmentView, GetEquipment
from services.contracts.fieldwork.jobs import GetJob, JobStatus, JobView, ListJobs

router = APIRouter()

STATUSES: tuple[JobStatus, ...] = get_args(JobStatus)
_ONE = "/{portal}/jobs/{job_id:uuid}"
_SENTENCES = {
    "property_id": "Choose the property.",
    "description": "Tell us what is to be done, in at most 10,000 characters.",
    "preferred_date": "Choose a day.",
}
_FIELDS = {"file": "file", "preferred_date": "preferred_date"}


@router.get("/{portal}/jobs")
async def jobs(request: Request, visitor: JobsReader, status: str = "all", cursor: Cursor = None) -> Response:
    """One page of the list, newest first."""
    wanted = next((each for each in STATUSES if each == status), None)
    found = await visitor.ask(ListJobs(property_ids=chosen_by(visitor.principal), status=wanted, cursor=cursor))

    def listed(shown: str, after: str | None = None) -> str:
        return address(request.url.path, {"status": "" if shown == "all" else shown, "cursor": after})

    return page(
        request,
        "jobs/list.html",
        here="jobs",
        jobs=found,
        status=wanted or "all",
        statuses=STATUSES,
        address=listed,
        may_create=permissions.may(visitor.principal, "jobs.create"),
        first=listed(wanted or "all") if cursor else None,
        next=listed(wanted or "all", found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/jobs/new")
async def write(
    request: Request, visitor: JobsReader, equipment: UUID | None = None, property_id: UUID | None = None
) -> Response:
    """The form of a new job; for equipment, as its page and its label ask for it."""
    if not permissions.may(visitor.principal, "jobs.create"):
        raise forbidden("You have not been given the right to ask for jobs.")
    about = await _equipment(visitor, str(equipment or ""))
    place = about.property.id if about else property_id
    return await _form(request, visitor, Form({"property_id": str(place or "")}), about)


@router.post("/{portal}/jobs/new")
async def send(request: Request, visitor: JobsReader) -> Response:
    """Asks for the job with its photos, once however often the form is sent."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        about = await _equipment(visitor, typed.get("equipment_id", ""))
        try:
            made = await _make(request, visitor, form, typed)
        except ValidationError as error:
            return await _form(request, visitor, invalid(typed, error, _SENTENCES), about, 422)
        except DomainError as error:
            again = refused(typed, error, _FIELDS)
            return await _form(request, visitor, again, about, problem_of(error).status_code)
    return see(f"{root(visitor)}/jobs/{made.id}?sent=1")


@router.get(_ONE)
async def show(request: Request, visitor: JobsReader, job_id: UUID, sent: bool = False) -> Response:
    """One job; `sent` is said to whoever asked for it just now."""
    return await _page(request, visitor, job_id, Form(), just_sent=sent)


@router.get(f"{_ONE}/photos")
async def photos(request: Request, visitor: JobsReader, job_id: UUID) -> Response:
    """The job's photos in full."""
    found = await visitor.ask(GetJob(job_id=job_id))
    pictures = [each for each in found.attachments if each.is_picture]
    return page(request, "jobs/photos.html", here="jobs", job=found, photos=pictures)


@router.post(f"{_ONE}/attachments")
async def attach(request: Request, visitor: JobsReader, job_id: UUID) -> Response:
    """Adds photos and documents, once however often the form is sent."""
    again = partial(_page, request, visitor, job_id)
    refusal = await attached.add_sent(request, visitor, _job_of(job_id), again, shown=True)
    return refusal or see(f"{root(visitor)}/jobs/{job_id}#files")


def _job_of(job_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="job", id=job_id)


attached.serve(router, f"{_ONE}/attachments", entering_jobs, _job_of)


async def _make(request: Request, visitor: Caller, form: FormData, typed: Mapping[str, str]) -> JobView:
    """The job that the form asks for. Its files are checked before, so that a refused one asks for nothing."""
    draft = issuing.NewJob.model_validate(_fields(typed))
    async with arriving.checked(arriving.chosen(form)) as files:
        command = await issuing.job(visitor, draft, command_id(visitor, "job", typed))
        made = await visitor.ask(command)
        await attached.attach_all(request, visitor, _job_of(made.id), files, command.id, visible=True)
        return made


def _fields(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, by the message's names; what is empty was not said."""
    said = {name: typed.get(name, "").strip() for name in ("property_id", "preferred_date")}
    equipment = typed.get("equipment_id")
    return {
        "description": typed.get("description", ""),
        "property_id": said["property_id"],
        "preferred_date": said["preferred_date"] or None,
        "equipment_ids": [equipment] if equipment else [],
    }


async def _equipment(visitor: Caller, equipment_id: str) -> EquipmentView | None:
    """What the form is about, where it is about equipment that the visitor sees."""
    if not equipment_id:
        return None
    try:
        found: EquipmentView = await visitor.ask(GetEquipment(equipment_id=UUID(equipment_id)))
    except (DomainError, ValueError):
        return None
    return found


async def _page(
    request: Request, visitor: Caller, job_id: UUID, form: Form, http_status: int = 200, *, just_sent: bool = False
) -> Response:
    found = await visitor.ask(GetJob(job_id=job_id))
    return page(
        request,
        "jobs/item.html",
        http_status,
        here="jobs",
        job=found,
        form=form,
        just_sent=just_sent,
        address=f"{root(visitor)}/jobs/{job_id}",
        may_attach=permissions.may(visitor.principal, "jobs.create", found.property.id),
    )


async def _form(
    request: Request, visitor: Caller, form: Form, about: EquipmentView | None, http_status: int = 200
) -> Response:
    return page(
        request,
        "jobs/new.html",
        http_status,
        here="jobs",
        form=form,
        equipment=about,
        sites=await sites(visitor, "jobs.create"),
    )
