"""The office's first page: what there is to do here, and the links of the portals."""

from fastapi import APIRouter, Request, Response

from gateway.office.entry import Member
from gateway.office.links import portal_link
from gateway.office.showing import show
from gateway.paging import every
from services.contracts.identity.portals import ListBranches
from services.contracts.permissions import may_in_office

router = APIRouter()


@router.get("/office")
@router.get("/office/")
async def home(request: Request, member: Member) -> Response:
    """What the staff member may go to, and every portal with its link."""
    branches = await every(member, ListBranches()) if may_in_office(member.principal, "company.read") else []
    links = [(branch, portal_link(request, branch.slug)) for branch in branches]
    return show(request, member, "office/home.html", here="home", links=links)
