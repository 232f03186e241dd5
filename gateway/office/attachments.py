"""What is attached to jobs and equipment, in the office: added, shown to the customer or hidden, and removed."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.office import equipment, jobs
from gateway.office.entry import JobsReader, JobsWriter, entering_jobs
from gateway.office.sending import typed_in
from gateway.office.showing import done, show
from gateway.pages import attached
from gateway.pages.forms import Form, command_id, refused, texts, wrong
from gateway.uploads import arriving
from services.contracts.errors import DomainError
from services.contracts.fieldwork.attachments import AttachmentOwner, ChangeAttachment, RemoveAttachment
from services.contracts.fieldwork.jobs import GetJob

router = APIRouter()

_JOB = "/office/jobs/{job_id:uuid}"
_EQUIPMENT = "/office/equipment/{equipment_id:uuid}"
_FIELDS = {"file": "file"}


def _job_of(job_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="job", id=job_id)


def _equipment_of(equipment_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="equipment", id=equipment_id)


@router.get(f"{_JOB}/photos")
async def photos(request: Request, member: JobsReader, job_id: UUID) -> Response:
    """A job's photos in full, hidden ones among them."""
    found = await member.ask(GetJob(job_id=job_id))
    pictures = [each for each in found.attachments if each.is_picture]
    return show(request, member, "office/jobs/photos.html", here="jobs", job=found, photos=pictures)


@router.post(f"{_JOB}/attachments")
async def attach_to_job(request: Request, member: JobsWriter, job_id: UUID) -> Response:
    """Adds photos and documents to a job."""

    async def again(form: Form, http_status: int) -> Response:
        return await jobs.page_of(request, member, job_id, http_status, attaching=form)

    return await _attach(request, member, _job_of(job_id), f"/office/jobs/{job_id}", again)


@router.post(f"{_EQUIPMENT}/attachments")
async def attach_to_equipment(request: Request, member: JobsWriter, equipment_id: UUID) -> Response:
    """Adds photos and documents to equipment."""

    async def again(form: Form, http_status: int) -> Response:
        return await equipment.page_of(request, member, equipment_id, form, http_status)

    return await _attach(request, member, _equipment_of(equipment_id), f"/office/equipment/{equipment_id}", again)


@router.post(f"{_JOB}/attachments/{{attachment_id:uuid}}")
async def change_of_job(request: Request, member: JobsWriter, job_id: UUID, attachment_id: UUID) -> Response:
    """Shows, hides or removes what is attached to a job."""
    return await _change(request, member, _job_of(job_id), attachment_id, f"/office/jobs/{job_id}")


@router.post(f"{_EQUIPMENT}/attachments/{{attachment_id:uuid}}")
async def change_of_equipment(
    request: Request, member: JobsWriter, equipment_id: UUID, attachment_id: UUID
) -> Response:
    """Shows, hides or removes what is attached to equipment."""
    owner = _equipment_of(equipment_id)
    return await _change(request, member, owner, attachment_id, f"/office/equipment/{equipment_id}")


attached.serve(router, f"{_JOB}/attachments", entering_jobs, _job_of)
attached.serve(router, f"{_EQUIPMENT}/attachments", entering_jobs, _equipment_of)


async def _attach(
    request: Request,
    member: Caller,
    owner: AttachmentOwner,
    page: str,
    again: Callable[[Form, int], Awaitable[Response]],
) -> Response:
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        if not arriving.chosen(form):
            return await again(wrong(typed, {"file": "Choose a file."}), 422)
        try:
            await _keep(request, member, owner, form)
        except DomainError as error:
            return await again(refused(typed, error, _FIELDS), problem_of(error).status_code)
    return done(page, "added")


async def _keep(request: Request, member: Caller, owner: AttachmentOwner, form: FormData) -> None:
    typed = texts(form)
    async with arriving.checked(arriving.chosen(form)) as files:
        form_id = command_id(member, request.url.path, typed)
        await attached.attach_all(request, member, owner, files, form_id, visible=bool(typed.get("visible")))


async def _change(request: Request, member: Caller, owner: AttachmentOwner, attachment_id: UUID, page: str) -> Response:
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    if typed["act"] == "remove":
        await member.ask(RemoveAttachment(id=new_id, owner=owner, attachment_id=attachment_id))
        return done(page, "deleted")
    visible = typed["act"] == "show"
    await member.ask(ChangeAttachment(id=new_id, owner=owner, attachment_id=attachment_id, visible=visible))
    return done(page, "saved")
