"""A request as its page shows it: with comments, attachments and history, as far as the principal sees them."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.fieldwork.attachments import AttachmentOwner
from services.contracts.fieldwork.requests import CommentView, RequestEntryView, RequestView
from services.fieldwork import attached, request_rows, rules
from services.fieldwork.models import Request
from services.fieldwork.request_models import RequestComment, RequestEntry


def whole(work: Work, request: Request, *, in_portal: bool | None = None) -> RequestView:
    """What the principal sees of it, or what customers or the office do where `in_portal` is said."""
    portal = rules.in_portal(work.principal) if in_portal is None else in_portal
    by_contact = request.created_by_kind == "contact"
    return RequestView.model_validate(
        {
            **request_rows.facts(request, in_portal=portal),
            "customer_id": request.customer_id,
            "branch_id": request.branch_id,
            "contact_id": request.created_by_id if by_contact else None,
            "comments": comments(work, request),
            "attachments": attached.of(work, AttachmentOwner(kind="request", id=request.id)),
            "closed_at": request.closed_at,
            "job_id": None if portal else request.job_id,
            "quote_id": None if portal else request.quote_id,
            "history": None if portal else _history(work, request),
            "version": request.version,
        }
    )


def comments(work: Work, request: Request) -> list[CommentView]:
    """What the principal sees of what was said, oldest first."""
    said = (RequestComment.company_id == request.company_id, RequestComment.request_id == request.id)
    oldest = select(RequestComment).where(*said, *request_rows.comments_seen(work))
    rows = list(work.session.scalars(oldest.order_by(RequestComment.created_at, RequestComment.id)))
    owners = [AttachmentOwner(kind="comment", id=row.id, parent_id=request.id) for row in rows]
    files = attached.of_many(work, owners)
    return [comment_view(row).model_copy(update={"attachments": files[row.id]}) for row in rows]


def comment_view(comment: RequestComment) -> CommentView:
    """A comment, without what is attached to it."""
    return CommentView(
        id=comment.id,
        text=comment.text,
        public=comment.public,
        author=comment.author,
        author_kind=rules.kind_of(comment.author_kind),
        created_at=comment.created_at,
    )


def _history(work: Work, request: Request) -> list[RequestEntryView]:
    entries = (RequestEntry.company_id == request.company_id, RequestEntry.request_id == request.id)
    newest = select(RequestEntry).where(*entries).order_by(RequestEntry.at.desc(), RequestEntry.id.desc())
    return [
        RequestEntryView.model_validate({"at": each.at, "by": each.by, "what": each.what, "detail": each.detail})
        for each in work.session.scalars(newest)
    ]
