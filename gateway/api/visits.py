"""Visits: what took place at a property and what is planned, with their notes."""

from typing import Literal
from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import visits as issuing
from gateway.paging import Cursor, Limit
from services.contracts.fieldwork.visits import (
    AddVisitNote,
    CancelVisit,
    ChangeVisitNote,
    CompleteVisit,
    GetVisit,
    ListVisits,
    VisitView,
)
from services.contracts.messages import Page


@portal.get("/visits", **answers(Page[VisitView]))
@office.get("/visits", **answers(Page[VisitView]))
async def list_visits(
    caller: ApiCaller,
    properties: PropertyFilter,
    window: Literal["upcoming", "completed"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Upcoming ones by their dates, all others the last one first; customers see 30 days ahead."""
    return await relayed(caller, ListVisits(window=window, property_ids=properties, cursor=cursor, limit=limit))


@portal.get("/visits/{visit_id}", **answers(VisitView))
@office.get("/visits/{visit_id}", **answers(VisitView))
async def get_visit(visit_id: UUID, caller: ApiCaller) -> Response:
    """One visit; customers see the notes that are shown in the portal."""
    return await relayed(caller, GetVisit(visit_id=visit_id))


@office.post("/visits", **answers(VisitView, 201))
async def plan_visit(body: issuing.NewVisit, caller: ApiCaller, new_id: CommandId) -> Response:
    """Plans a visit, by the clocks of its site."""
    return await relayed(caller, await issuing.visit(caller, body, new_id), 201)


@office.patch("/visits/{visit_id}", **answers(VisitView))
async def change_visit(visit_id: UUID, body: issuing.VisitChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what is given of a visit that is still planned."""
    return await relayed(caller, await issuing.visit_change(caller, visit_id, body, new_id))


@office.post("/visits/{visit_id}/complete", **answers(VisitView))
async def complete_visit(visit_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """It took place, today there or before."""
    return await relayed(caller, CompleteVisit(id=new_id, visit_id=visit_id))


@office.post("/visits/{visit_id}/cancel", **answers(VisitView))
async def cancel_visit(visit_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """It will not take place."""
    return await relayed(caller, CancelVisit(id=new_id, visit_id=visit_id))


@office.post("/visits/{visit_id}/notes", **answers(VisitView, 201))
async def add_note(visit_id: UUID, body: issuing.NewNote, caller: ApiCaller, new_id: CommandId) -> Response:
    """Writes a note; customers see it only where `shown_in_portal`."""
    command = AddVisitNote(id=new_id, visit_id=visit_id, text=body.text, shown_in_portal=body.shown_in_portal)
    return await relayed(caller, command, 201)


@office.patch("/visits/{visit_id}/notes/{note_id}", **answers(VisitView))
async def change_note(
    visit_id: UUID, note_id: UUID, body: issuing.NoteChange, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Shows a note to the customer, or takes it back."""
    shown = body.shown_in_portal
    return await relayed(caller, ChangeVisitNote(id=new_id, visit_id=visit_id, note_id=note_id, shown_in_portal=shown))
