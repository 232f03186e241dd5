"""The secret address of a contact's calendar: made, made anew and revoked."""

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from gateway.api.routers import CommandId, answered, answers, portal, relayed
from gateway.auth import ApiCaller
from gateway.calendars import address_of
from services.contracts.fieldwork.visits import CalendarView, GetCalendar, MakeCalendar, RevokeCalendar
from services.contracts.messages import Nothing


class CalendarAddress(BaseModel):
    """The address, told only once."""

    url: str


@portal.get("/me/calendar", **answers(CalendarView))
async def get_calendar(caller: ApiCaller) -> Response:
    """When the contact's address in this portal was made; null where there is none."""
    return await relayed(caller, GetCalendar())


@portal.post("/me/calendar", **answers(CalendarAddress, 201))
async def make_calendar(request: Request, caller: ApiCaller, new_id: CommandId) -> Response:
    """A fresh secret address; an earlier one opens nothing any more."""
    made = await caller.ask(MakeCalendar(id=new_id))
    return answered(CalendarAddress(url=address_of(request.app.state.settings, caller.principal, made.token)), 201)


@portal.delete("/me/calendar", **answers(Nothing))
async def revoke_calendar(caller: ApiCaller, new_id: CommandId) -> Response:
    """The address opens nothing any more."""
    return await relayed(caller, RevokeCalendar(id=new_id))
