"""What mails about requests tell."""

from services.chassis.work import Work
from services.contracts.fieldwork.requests import RequestClosed, RequestCommented, RequestCreated, RequestSummary
from services.contracts.identity.portals import BranchView, GetBranch
from services.notifications import formats
from services.notifications.contents.shape import Content, Contents
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _request_created(work: Work, event: RequestCreated) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    request = event.request
    return {
        "brand": branch.brand.model_dump(),
        "number": request.number,
        "title": request.title,
        "description": request.description,
        "property": request.property.name,
        "created_by": request.created_by,
        "created_at": formats.moment(request.created_at, branch.time_zone),
        "url": notifications_settings().link("office", "requests", request.id),
    }


def _request_commented(work: Work, event: RequestCommented) -> Content:
    return _comment(work, event, "office")


def _request_answered(work: Work, event: RequestCommented) -> Content:
    return _comment(work, event, None)


def _comment(work: Work, event: RequestCommented, door: str | None) -> Content:
    """What was said; without a door the link leads to the branch's own portal."""
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {
        **_request(branch, event.request, door or branch.slug),
        "author": event.comment.author,
        "text": event.comment.text,
        "said_at": formats.moment(event.comment.created_at, branch.time_zone),
    }


def _request_closed(work: Work, event: RequestClosed) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {**_request(branch, event.request, branch.slug), "closed_by": event.closed_by}


def _request(branch: BranchView, request: RequestSummary, door: str) -> Content:
    return {
        "brand": branch.brand.model_dump(),
        "number": request.number,
        "title": request.title,
        "property": request.property.name,
        "url": notifications_settings().link(door, "requests", request.id),
    }


CONTENTS: dict[Template, Contents] = {
    "request_created": _request_created,
    "request_commented": _request_commented,
    "request_answered": _request_answered,
    "request_closed": _request_closed,
}
