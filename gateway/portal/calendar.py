"""A contact's calendar: the page of its secret address, and what the address answers calendar programs."""

from fastapi import APIRouter, Request, Response

from gateway import calendars
from gateway.auth import Caller
from gateway.pages.addresses import see
from gateway.pages.forms import Form, command_id, received, texts
from gateway.pages.render import page
from gateway.portal.entry import Expecting, bus_of, root
from gateway.portal.secrets import NO_REFERRER
from services.contracts.errors import forbidden
from services.contracts.fieldwork.visits import GetCalendar, MakeCalendar, RevokeCalendar

router = APIRouter()


@router.get("/{portal}/calendar")
async def calendar(request: Request, visitor: Expecting, revoked: bool = False) -> Response:
    """Whether there is an address; it was shown when it was made, and is known to nobody since."""
    _require_oneself(visitor)
    return await _page(request, visitor, revoked=revoked)


@router.post("/{portal}/calendar")
async def make(request: Request, visitor: Expecting) -> Response:
    """Makes a fresh address and shows it, this once."""
    _require_oneself(visitor)
    typed = texts(await received(request))
    made = await visitor.ask(MakeCalendar(id=command_id(visitor, "calendar", typed)))
    address = calendars.address_of(request.app.state.settings, visitor.principal, made.token)
    return await _page(request, visitor, address=address)


@router.post("/{portal}/calendar/revoke")
async def revoke(request: Request, visitor: Expecting) -> Response:
    """The address opens nothing any more."""
    _require_oneself(visitor)
    typed = texts(await received(request))
    await visitor.ask(RevokeCalendar(id=command_id(visitor, "no calendar", typed)))
    return see(f"{root(visitor)}/calendar?revoked=1")


@router.get("/{portal}/calendar/{token}.ics")
async def feed(request: Request, portal: str, token: str) -> Response:
    """The calendar, for whoever has its address; `private` besides, for no cache on the way may keep it."""
    state = request.app.state
    reader = await calendars.reader_of(bus_of(request), state.principals, portal, token)
    text = await calendars.calendar_of(reader, state.settings)
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="calendar.ics"'}
    return Response(text.encode(), headers={**headers, **NO_REFERRER}, media_type="text/calendar; charset=utf-8")


async def _page(request: Request, visitor: Caller, *, address: str = "", revoked: bool = False) -> Response:
    found = await visitor.ask(GetCalendar())
    return page(
        request,
        "visits/calendar.html",
        here="visits",
        created_at=found.created_at,
        address=address,
        revoked=revoked,
        form=Form(),
    )


def _require_oneself(visitor: Caller) -> None:
    if visitor.principal.viewer:
        raise forbidden("Only the contact themselves can see this.")
