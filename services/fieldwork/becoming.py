"""What becomes of a request: a job here, or a quote at the proposals, with what was attached to it."""

from uuid import UUID, uuid5

from sqlalchemy import select, update

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.jobs import CreateJob
from services.contracts.fieldwork.requests import BecomeJob, LinkQuote, RequestView
from services.fieldwork import attached, job_rows, jobs, request_rows, request_views
from services.fieldwork.attachment_models import Attachment
from services.fieldwork.job_models import Job
from services.fieldwork.models import Request
from services.fieldwork.request_models import RequestComment, RequestEntry

LONGEST = 10_000
"""Characters of a job's description."""


def job(work: Work, command: BecomeJob) -> RequestView:
    """Makes a job of the request for who raised it; where it is one already, that job stays the only one."""
    request = request_rows.for_office(work, command.request_id)
    if not permissions.may_in_office(work.principal, "jobs.write"):
        raise forbidden()
    if request.job_id is None:
        made = jobs.opened(work, _job_of(request, command), request_id=request.id)
        request.job_id = made.id
        _carry_over(work, request, AttachmentOwner(kind="job", id=made.id))
        request_rows.note(work, request, "became_job", made.number)
        request_rows.announce_changed(work, request)
    return request_views.whole(work, request)


def quote(work: Work, command: LinkQuote) -> RequestView:
    """Remembers the quote that was made of the request, and attaches to it what the request had."""
    request = request_rows.for_office(work, command.request_id)
    if request.quote_id is None:
        request.quote_id = command.quote_id
        _carry_over(work, request, AttachmentOwner(kind="quote", id=command.quote_id))
        request_rows.note(work, request, "became_quote", command.number)
        request_rows.announce_changed(work, request)
    return request_views.whole(work, request)


def follow(work: Work, late: Attachment) -> None:
    """Has a file that was still arriving when its request became a job or a quote come after the others.

    The caller has locked the request, so that it has either become one by now or will find the file ready.
    """
    request = _request_of(work, late)
    if request is None:
        return
    for kind, owner_id in (("job", request.job_id), ("quote", request.quote_id)):
        this = (RequestEntry.request_id == request.id, RequestEntry.what == f"became_{kind}")
        became_at = work.session.scalar(select(RequestEntry.at).where(*this))
        if owner_id and became_at and late.created_at <= became_at:
            attached.carry_one(work, late, kind, owner_id, visible=late.visible and request.include_client)
            _tell_of(work, kind, owner_id)


def _request_of(work: Work, attachment: Attachment) -> Request | None:
    """The request that it is attached to, itself or by a public comment."""
    request_id = attachment.owner_id if attachment.owner_kind == "request" else None
    if attachment.owner_kind == "comment":
        comment = work.session.get_one(RequestComment, attachment.owner_id)
        request_id = comment.request_id if comment.public else None
    return work.session.get_one(Request, request_id) if request_id else None


def _tell_of(work: Work, kind: str, owner_id: UUID) -> None:
    if kind == "job":
        job = work.session.get_one(Job, owner_id, with_for_update=True)
        job_rows.announce_changed(work, job)


def _job_of(request: Request, command: BecomeJob) -> CreateJob:
    """The order for the job; its id is made of the request's, so there can be but one."""
    return CreateJob(
        id=uuid5(request.id, "job"),
        branch_id=request.branch_id,
        time_zone=command.time_zone,
        customer=command.customer,
        property=command.property,
        description=f"{request.title}\n\n{request.description}"[:LONGEST],
        contact_id=request.created_by_id if request.created_by_kind == "contact" else None,
    )


def _carry_over(work: Work, request: Request, after: AttachmentOwner) -> None:
    """Attaches what hangs on the request and on its public comments; what no customer saw stays hidden there too."""
    said = (RequestComment.company_id == request.company_id, RequestComment.request_id == request.id)
    public = select(RequestComment.id).where(*said, RequestComment.public)
    attached.carry_over(work, AttachmentOwner(kind="request", id=request.id), after)
    for comment_id in work.session.scalars(public).all():
        attached.carry_over(work, AttachmentOwner(kind="comment", id=comment_id, parent_id=request.id), after)
    work.session.flush()
    if not request.include_client:
        theirs = (Attachment.owner_kind == after.kind, Attachment.owner_id == after.id)
        work.session.execute(update(Attachment).where(*theirs).values(visible=False))
