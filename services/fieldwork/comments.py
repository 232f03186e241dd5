"""Comments on requests: a customer's are always public, staff's are internal unless they say so."""

from sqlalchemy import func, select

from services.chassis.work import Work
from services.contracts.errors import conflict
from services.contracts.fieldwork.requests import CommentOnRequest, CommentView, RequestCommented
from services.fieldwork import request_rows, request_views, rules
from services.fieldwork.models import Request
from services.fieldwork.request_models import RequestComment

MOST = 1000
"""Comments that one request takes: its page shows all of them."""


def add(work: Work, command: CommentOnRequest) -> CommentView:
    """Adds a comment; a customer's word on a closed request reopens it, so that nobody overlooks it."""
    who = work.principal
    request = request_rows.seen(work, command.request_id, lock=True)
    rules.require_may_comment(who, request.property_id)
    _require_room(work, request)
    comment = RequestComment(
        id=command.id,
        company_id=work.company_id,
        request_id=request.id,
        text=command.text,
        public=rules.in_portal(who) or command.public,
        author_id=who.id,
        author_kind=rules.author_kind(who),
        author=who.name,
        created_at=work.now,
    )
    work.session.add(comment)
    if rules.in_portal(who) and request.reopen():
        request_rows.note(work, request, "reopened")
    _announce(work, request, comment)
    return request_views.comment_view(comment)


def _require_room(work: Work, request: Request) -> None:
    said = (RequestComment.company_id == request.company_id, RequestComment.request_id == request.id)
    if (work.session.scalar(select(func.count()).select_from(RequestComment).where(*said)) or 0) >= MOST:
        raise conflict(f"A request takes {MOST} comments at most.", reason="too_many")


def _announce(work: Work, request: Request, comment: RequestComment) -> None:
    request.version += 1
    work.announce(
        RequestCommented(
            company_id=request.company_id,
            version=request.version,
            request=request_rows.summary(request, in_portal=False),
            comment=request_views.comment_view(comment),
            branch_id=request.branch_id,
            customer_id=request.customer_id,
            raised_by_id=request.created_by_id,
            raised_by_kind=rules.kind_of(request.created_by_kind),
        )
    )
