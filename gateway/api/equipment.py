"""Equipment: what stands at a customer's property, and the label that leads to it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from gateway import labels
from gateway.api.routers import CommandId, PropertyFilter, Settings, answers, answers_pdf, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import jobs as issuing
from gateway.paging import Cursor, Limit
from services.contracts.fieldwork.equipment import (
    EquipmentSummary,
    EquipmentView,
    GetEquipment,
    ListEquipment,
    MakeLabel,
    RevokeLabel,
)
from services.contracts.messages import Nothing, Page

Serial = Annotated[str, Query(max_length=100, description="A serial number.")]


@portal.get("/equipment", **answers(Page[EquipmentSummary]))
@office.get("/equipment", **answers(Page[EquipmentSummary]))
async def list_equipment(
    caller: ApiCaller,
    properties: PropertyFilter,
    due: bool = False,
    search: Serial = "",
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Equipment, newest first; `due=true` what is due for service within 30 days or overdue, the first one first."""
    query = ListEquipment(property_ids=properties, due=due, search=search.strip(), cursor=cursor, limit=limit)
    return await relayed(caller, query)


@portal.get("/equipment/{equipment_id}", **answers(EquipmentView))
@office.get("/equipment/{equipment_id}", **answers(EquipmentView))
async def get_equipment(equipment_id: UUID, caller: ApiCaller) -> Response:
    """One piece of equipment with its jobs and what is attached to it."""
    return await relayed(caller, GetEquipment(equipment_id=equipment_id))


@portal.post("/equipment", **answers(EquipmentView, 201))
@office.post("/equipment", **answers(EquipmentView, 201))
async def add_equipment(body: issuing.NewEquipment, caller: ApiCaller, new_id: CommandId) -> Response:
    """Adds equipment to a property."""
    return await relayed(caller, await issuing.equipment(caller, body, new_id), 201)


@portal.patch("/equipment/{equipment_id}", **answers(EquipmentView))
@office.patch("/equipment/{equipment_id}", **answers(EquipmentView))
async def change_equipment(
    equipment_id: UUID, body: issuing.EquipmentChange, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Changes what is given."""
    return await relayed(caller, issuing.equipment_change(equipment_id, body, new_id))


@office.get("/equipment/{equipment_id}/label", **answers_pdf())
async def get_label(equipment_id: UUID, caller: ApiCaller, settings: Settings) -> Response:
    """The label to print, a PDF; its QR code leads into the portal of the equipment's branch."""
    return await labels.pdf(caller, equipment_id, settings)


@office.post("/equipment/{equipment_id}/label", **answers(EquipmentView, 201))
async def make_label(equipment_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new label; the one before leads nowhere any more."""
    return await relayed(caller, MakeLabel(id=new_id, equipment_id=equipment_id), 201)


@office.delete("/equipment/{equipment_id}/label", **answers(Nothing))
async def revoke_label(equipment_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Has the label lead nowhere."""
    return await relayed(caller, RevokeLabel(id=new_id, equipment_id=equipment_id))
