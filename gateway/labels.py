"""The labels stuck on equipment: a QR code whose address leads into the portal of its branch."""

import asyncio
import json
from io import BytesIO
from pathlib import Path
from uuid import UUID

import segno
import typst
from fastapi.responses import Response

from gateway.auth import Caller
from gateway.settings import GatewaySettings
from services.contracts.errors import not_found
from services.contracts.fieldwork.equipment import EquipmentView, GetEquipment
from services.contracts.identity.portals import BranchView, GetBranch

WORDS = "Scan to request service"
_TEMPLATE = Path(__file__).with_name("label.typ")
_PIXELS = 8
"""Of the picture, to each of the code's squares."""


async def pdf(caller: Caller, equipment_id: UUID, settings: GatewaySettings) -> Response:
    """The label as a PDF, to be printed at any size: the code, which machine it is on, and what to do with it."""
    equipment, branch = await _known(caller, equipment_id)
    data = {
        "code": _drawn(_address(equipment, branch, settings), "svg").decode(),
        "company": branch.brand.name,
        "name": " ".join(filter(None, (equipment.kind, equipment.make, equipment.model))),
        "serial_number": equipment.serial_number,
        "words": WORDS,
    }
    made = await asyncio.to_thread(_rendered, data)
    return _shown(made, "pdf", "application/pdf")


async def png(caller: Caller, equipment_id: UUID, settings: GatewaySettings) -> Response:
    """The QR code alone, as a picture."""
    return _shown(_drawn(_address(*await _known(caller, equipment_id), settings), "png"), "png", "image/png")


async def _known(caller: Caller, equipment_id: UUID) -> tuple[EquipmentView, BranchView]:
    """The equipment and its branch; not_found where it has no label."""
    equipment = await caller.ask(GetEquipment(equipment_id=equipment_id))
    if equipment.label is None:
        raise not_found("This equipment has no label.")
    return equipment, await caller.ask(GetBranch(branch_id=equipment.branch_id))


def _address(equipment: EquipmentView, branch: BranchView, settings: GatewaySettings) -> str:
    return f"{settings.public_url}/{branch.slug}/equipment/label/{equipment.label}"


def _rendered(data: dict[str, str]) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.compile(_TEMPLATE, root=_TEMPLATE.parent, sys_inputs=inputs, format="pdf")


def _drawn(address: str, kind: str) -> bytes:
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=_PIXELS)
    return out.getvalue()


def _shown(content: bytes, kind: str, content_type: str) -> Response:
    headers = {"content-disposition": f'inline; filename="label.{kind}"'}
    return Response(content, media_type=content_type, headers=headers)
