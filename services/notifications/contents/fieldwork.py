"""What mails about requests tell."""

from services.chassis.work import Work
from services.contracts.fieldwork.requests import RequestCreated
from services.contracts.identity.portals import GetBranch
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


CONTENTS: dict[Template, Contents] = {
    "request_created": _request_created,
}
