"""The labels stuck on equipment: a QR code whose address leads into the portal of its branch."""

from io import BytesIO
from uuid import UUID

import segno
from fastapi.responses import Response

from gateway.auth import Caller
from gateway.settings import GatewaySettings
from services.contracts.errors import not_found
from services.contracts.fieldwork.equipment import EquipmentView, GetEquipment
from services.contracts.identity.portals import GetBranch

_SCALE = {"pdf": 4, "png": 8}


async def address(caller: Caller, equipment: EquipmentView, settings: GatewaySettings) -> str:
    """Where its label leads; not_found where it has none."""
    if equipment.label is None:
        raise not_found("This equipment has no label.")
    branch = await caller.ask(GetBranch(branch_id=equipment.branch_id))
    return f"{settings.public_url}/{branch.slug}/equipment/label/{equipment.label}"


async def pdf(caller: Caller, equipment_id: UUID, settings: GatewaySettings) -> Response:
    """The QR code as a PDF, to be printed at any size."""
    return await _drawn(caller, equipment_id, settings, "pdf", "application/pdf")


async def png(caller: Caller, equipment_id: UUID, settings: GatewaySettings) -> Response:
    """The QR code as a picture."""
    return await _drawn(caller, equipment_id, settings, "png", "image/png")


async def _drawn(
    caller: Caller, equipment_id: UUID, settings: GatewaySettings, kind: str, content_type: str
) -> Response:
    equipment = await caller.ask(GetEquipment(equipment_id=equipment_id))
    code = segno.make(await address(caller, equipment, settings), error="m", micro=False)
    out = BytesIO()
    code.save(out, kind=kind, scale=_SCALE[kind])
    headers = {"content-disposition": f'inline; filename="label.{kind}"'}
    return Response(out.getvalue(), media_type=content_type, headers=headers)
