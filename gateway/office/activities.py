"""Activities: what happened that concerns the staff member, each leading to what it is about."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from gateway.office.entry import Member
from gateway.office.sending import typed_in
from gateway.office.showing import done, show_list
from gateway.pages.forms import Form, command_id
from gateway.paging import Cursor
from services.contracts.notifications.activities import ListActivities, ReadActivities, SubjectType

router = APIRouter()

_PATH = "/office/activities"
_PLACES: Mapping[SubjectType, str] = {
    "request": "/office/requests",
    "proposal": "/office/proposals",
    "quote": "/office/quotes",
    "job": "/office/jobs",
    "payment": "/office/payments",
    "invoice": "/office/invoices",
    "program": "/office/programs",
}
"""Where the pages of what an activity is about lie."""


@router.get(_PATH)
async def activities(request: Request, member: Member, unread: bool = False, cursor: Cursor = None) -> Response:
    """One page of the feed, newest first."""
    found = await member.ask(ListActivities(unread_only=unread, cursor=cursor))
    return show_list(
        request,
        member,
        "office/activities.html",
        found,
        cursor,
        here="activities",
        unread=found.unread,
        shown="unread" if unread else "all",
        address=lambda shown: f"{_PATH}?unread=1" if shown == "unread" else _PATH,
        places=_PLACES,
        form=Form(),
    )


@router.post(f"{_PATH}/read")
async def read(request: Request, member: Member) -> Response:
    """Marks as read what the form names, or everything."""
    typed = await typed_in(request)
    named = typed.ticked("activity")
    command = ReadActivities.model_validate({"id": command_id(member, typed.path, typed.values), "activity_ids": named})
    await member.ask(command)
    return done(_PATH, "read")
