"""What mails about requests tell."""

from services.chassis.work import Work
from services.contracts.fieldwork.requests import RequestClosed, RequestCommented, RequestCreated, RequestSummary
from services.contracts.identity.portals import BranchView, GetBranch
from services.notifications.contents.shape import OFFICE, Content, Contents, in_office, in_portal
from services.notifications.rules import Template
from services.notifications.settings import notifications_settings


def _request_created(work: Work, event: RequestCreated) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    request = event.request
    return {
        **in_office(branch),
        "number": request.number,
        "title": request.title,
        "description": request.description,
        "property": request.property.name,
        "created_by": request.created_by,
        "created_at": request.created_at,
        "url": notifications_settings().link(OFFICE, "requests", request.id),
    }


def _request_commented(work: Work, event: RequestCommented) -> Content:
    return _comment(work.ask(GetBranch(branch_id=event.branch_id)), event, OFFICE)


def _request_answered(work: Work, event: RequestCommented) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return _comment(branch, event, branch.slug)


def _comment(branch: BranchView, event: RequestCommented, door: str) -> Content:
    """What was said; the link leads to the office or to the branch's portal."""
    return {
        **_request(branch, event.request, door),
        "author": event.comment.author,
        "text": event.comment.text,
        "said_at": event.comment.created_at,
    }


def _request_closed(work: Work, event: RequestClosed) -> Content:
    branch = work.ask(GetBranch(branch_id=event.branch_id))
    return {**_request(branch, event.request, branch.slug), "closed_by": event.closed_by}


def _request(branch: BranchView, request: RequestSummary, door: str) -> Content:
    return {
        **(in_office(branch) if door == OFFICE else in_portal(branch)),
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
