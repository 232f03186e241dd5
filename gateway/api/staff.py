"""The company's staff, as their colleagues see and change them."""

from typing import Literal
from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, office, people, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from services.contracts.identity.invitations import InvitationView, InviteStaffMember
from services.contracts.identity.people import Phone
from services.contracts.identity.staff import (
    ChangeStaffMember,
    CreateStaffMember,
    GetStaffMember,
    ListStaff,
    ResetTotp,
    StaffView,
)
from services.contracts.messages import Page
from services.contracts.principals import StaffRole
from services.contracts.snapshots import Name


@office.get("/staff", **answers(Page[StaffView]))
async def list_staff(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's staff."""
    return await relayed(caller, ListStaff(cursor=cursor, limit=limit))


@office.get("/staff/{staff_id}", **answers(StaffView))
async def get_staff_member(staff_id: UUID, caller: ApiCaller) -> Response:
    """One staff member."""
    return await relayed(caller, GetStaffMember(staff_id=staff_id))


class StaffChange(Body):
    """Only what is named changes; `status` disables a member, or enables them again."""

    name: Name | None = None
    phone: Phone | None = None
    roles: list[StaffRole] | None = None
    status: Literal["active", "disabled"] | None = None


@office.patch("/staff/{staff_id}", **answers(StaffView))
async def change_staff_member(staff_id: UUID, body: StaffChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what a staff member may do, at once."""
    message = ChangeStaffMember(
        id=new_id, staff_id=staff_id, name=body.name, phone=body.phone, roles=body.roles, status=body.status
    )
    return await relayed(caller, message)


@people.delete("/staff/{staff_id}/totp", **answers(StaffView))
async def reset_totp(staff_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Takes away the second factor of a colleague who has lost it, and ends their sessions."""
    return await relayed(caller, ResetTotp(id=new_id, staff_id=staff_id))


@office.post("/staff/{staff_id}/invitation", **answers(InvitationView, 201))
async def invite_staff_member(staff_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Invites a staff member again who has not accepted yet."""
    return await relayed(caller, InviteStaffMember(id=new_id, staff_id=staff_id), 201)


@office.post("/staff", **answers(StaffView, 201))
async def create_staff_member(body: CreateStaffMember, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new staff member, who is invited by mail."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)
