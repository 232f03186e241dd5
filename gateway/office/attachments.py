"""What is attached to jobs and equipment, in the office: added, shown to the customer or hidden, and removed."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office import equipment, jobs
from gateway.office.entry import JobsReader, JobsWriter, entering_jobs
from gateway.office.sending import typed_in
from gateway.office.showing import done, show
from gateway.pages import attached
from gateway.pages.forms import Form, command_id
from services.contracts.fieldwork.attachments import AttachmentOwner, ChangeAttachment, RemoveAttachment
from services.contracts.fieldwork.jobs import GetJob

router = APIRouter()

_JOB = "/office/jobs/{job_id:uuid}"
_EQUIPMENT = "/office/equipment/{equipment_id:uuid}"


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
    refusal = await attached.add_sent(request, member, owner, again)
    return refusal or done(page, "added")


async def _change(request: Request, member: Caller, owner: AttachmentOwner, attachment_id: UUID, page: str) -> Response:
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    if typed["act"] == "remove":
        await member.ask(RemoveAttachment(id=new_id, owner=owner, attachment_id=attachment_id))
        return done(page, "deleted")
    visible = typed["act"] == "show"
    await member.ask(ChangeAttachment(id=new_id, owner=owner, attachment_id=attachment_id, visible=visible))
    return done(page, "saved")
