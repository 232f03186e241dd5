"""The company as its office sees it, and its branches."""

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
