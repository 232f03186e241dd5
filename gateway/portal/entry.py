"""Who may enter a page: the portal it belongs to, the visitor's session, and the section it is in."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from gateway.auth import Caller, csrf_token, page_caller
from gateway.bus import Bus
from gateway.pages.addresses import address
from gateway.portal.frame import VIEWS, frame_of, frame_of_portal, sections_of
from gateway.portal.surroundings import KnownSurroundings
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.portals import GetPortal, PortalView
from services.contracts.principals import Permission, Portal, Section

_PASSING = frozenset(("cursor", "declined", "saved", "sent", "signed"))
"""What an address says of a moment: where in a list one was, and what was done just now."""


def bus_of(request: Request) -> Bus:
    """The bus, for what is asked before anybody has signed in."""
    bus: Bus = request.app.state.bus
    return bus


async def _portal(request: Request, portal: str) -> PortalView:
    found = await bus_of(request).ask(GetPortal(slug=portal))
    request.state.frame = frame_of_portal(found)
    return found


async def _visitor(request: Request, portal: str) -> Caller:
    caller = await page_caller(request, portal)
    known: KnownSurroundings = request.app.state.surroundings
    around = await known.of(caller)
    request.state.frame = frame_of(caller, csrf_token(caller.token), around, _back(request, portal))
    return caller


def _back(request: Request, slug: str) -> str:
    """This page, to be looked at once more; a form's answer has no address of its own."""
    if request.method != "GET":
        return f"/{slug}/dashboard"
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.url.query):
        if name not in _PASSING:
            query.setdefault(name, []).append(value)
    return address(request.url.path, query)


InPortal = Depends(_portal)
OpenPortal = Annotated[PortalView, InPortal]
"""The portal of a page that anybody may see; `not_found` where there is none."""

Visitor = Annotated[Caller, Depends(_visitor)]
"""A contact who is signed in to this portal; anybody else is led to the sign-in page."""


async def visitor_of(request: Request, portal: str) -> Caller:
    """The visitor, where a page asks for one only sometimes."""
    return await _visitor(request, portal)


def portal_of(visitor: Caller) -> Portal:
    """The portal that a visitor is signed in to."""
    assert visitor.principal.portal
    return visitor.principal.portal


def root(visitor: Caller) -> str:
    """What the addresses of the visitor's portal begin with."""
    return f"/{portal_of(visitor).slug}"


def _entering(section: Section) -> Callable[[Caller], Awaitable[Caller]]:
    """Lets visitors into a section: it does not exist where the portal has switched it off."""

    async def enter(visitor: Visitor) -> Caller:
        if not permissions.is_offered(visitor.principal, VIEWS[section]):
            raise not_found("This part of the portal is switched off.")
        if section not in sections_of(visitor.principal):
            raise forbidden("You have not been given access to this part of the portal.")
        return visitor

    return enter


entering_invoices = _entering("invoices")
Payer = Annotated[Caller, Depends(entering_invoices)]
Insured = Annotated[Caller, Depends(_entering("programs"))]
Reader = Annotated[Caller, Depends(_entering("proposals"))]
entering_quotes = _entering("quotes")
Enquirer = Annotated[Caller, Depends(entering_quotes)]
entering_requests = _entering("requests")
Asker = Annotated[Caller, Depends(entering_requests)]
entering_jobs = _entering("jobs")
JobsReader = Annotated[Caller, Depends(entering_jobs)]
entering_equipment = _entering("equipment")
EquipmentReader = Annotated[Caller, Depends(entering_equipment)]
entering_visits = _entering("visits")
Expecting = Annotated[Caller, Depends(entering_visits)]


def _holding(permission: Permission) -> Callable[[Caller], Awaitable[Caller]]:
    """Lets in visitors who hold the permission."""

    async def enter(visitor: Visitor) -> Caller:
        if not permissions.may(visitor.principal, permission):
            raise forbidden("You have not been given the right to this part of the portal.")
        return visitor

    return enter


DetailsReader = Annotated[Caller, Depends(_holding("details.view"))]
DetailsEditor = Annotated[Caller, Depends(_holding("details.edit"))]
ContactsManager = Annotated[Caller, Depends(_holding("contacts.manage"))]


async def _oneself(visitor: Visitor) -> Caller:
    if visitor.principal.viewer:
        raise forbidden("Only the contact themselves can see this.")
    return visitor


Oneself = Annotated[Caller, Depends(_oneself)]
"""The contact in person, not a staff member who looks as they do."""
