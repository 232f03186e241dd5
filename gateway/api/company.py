"""The company as its office sees it: branches and staff."""

from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, answers, office, relayed
from gateway.auth import ApiCaller
from gateway.paging import Cursor, Limit
from services.contracts.identity.portals import (
    BranchView,
    CompanyView,
    CreateBranch,
    GetBranch,
    GetCompany,
    ListBranches,
)
from services.contracts.identity.staff import CreateStaffMember, GetStaffMember, ListStaff, StaffView
from services.contracts.messages import Page


@office.get("/companies/current", **answers(CompanyView))
async def get_company(caller: ApiCaller) -> Response:
    """The staff member's own company."""
    return await relayed(caller, GetCompany())


@office.get("/branches", **answers(Page[BranchView]))
async def list_branches(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's branches."""
    return await relayed(caller, ListBranches(cursor=cursor, limit=limit))


@office.get("/branches/{branch_id}", **answers(BranchView))
async def get_branch(branch_id: UUID, caller: ApiCaller) -> Response:
    """One branch with its portal's settings."""
    return await relayed(caller, GetBranch(branch_id=branch_id))


@office.post("/branches", **answers(BranchView, 201))
async def create_branch(body: CreateBranch, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new branch with its portal."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)


@office.get("/staff", **answers(Page[StaffView]))
async def list_staff(caller: ApiCaller, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The company's staff."""
    return await relayed(caller, ListStaff(cursor=cursor, limit=limit))


@office.get("/staff/{staff_id}", **answers(StaffView))
async def get_staff_member(staff_id: UUID, caller: ApiCaller) -> Response:
    """One staff member."""
    return await relayed(caller, GetStaffMember(staff_id=staff_id))


@office.post("/staff", **answers(StaffView, 201))
async def create_staff_member(body: CreateStaffMember, caller: ApiCaller, new_id: CommandId) -> Response:
    """A new staff member, who is invited by mail."""
    return await relayed(caller, body.model_copy(update={"id": new_id}), 201)
