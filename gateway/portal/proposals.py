"""Proposals: the list, one of them as a page, and its PDF."""

from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from gateway.files import send
from gateway.pages.addresses import address
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Reader, root
from gateway.portal.filter import chosen_by
from gateway.viewings import viewed
from services.contracts.proposals.proposals import GetProposal, GetProposalPdf, GetRevisionPdf, ListProposals

router = APIRouter()

Revision = Annotated[int, Path(ge=1, le=100_000)]
Status = Literal["all", "pending", "accepted", "rejected"]


@router.get("/{portal}/proposals")
async def proposals(request: Request, visitor: Reader, cursor: Cursor = None, status: str = "all") -> Response:
    """One page of the list, newest first."""
    wanted = cast(Status, status if status in ("pending", "accepted", "rejected") else "all")
    query = ListProposals(status=wanted, property_ids=chosen_by(visitor.principal), cursor=cursor)
    found = await visitor.ask(query)

    def listed(shown: str, after: str | None = None) -> str:
        return address(f"{root(visitor)}/proposals", {"status": shown, "cursor": after})

    return page(
        request,
        "proposals/list.html",
        here="proposals",
        status=wanted,
        proposals=found,
        address=listed,
        first=listed(wanted) if cursor else None,
        next=listed(wanted, found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/proposals/{proposal_id:uuid}")
async def proposal(
    request: Request, visitor: Reader, proposal_id: UUID, signed: bool = False, declined: bool = False
) -> Response:
    """One proposal with its services; `signed` and `declined` are said to whoever did it just now."""
    found = await visitor.ask(GetProposal(proposal_id=proposal_id))
    return page(
        request,
        "proposals/item.html",
        here="proposals",
        proposal=found,
        just_signed=signed,
        just_declined=declined and found.declined is not None,
    )


@router.get("/{portal}/proposals/{proposal_id:uuid}/pdf")
async def proposal_pdf(request: Request, visitor: Reader, proposal_id: UUID) -> Response:
    """The document, signed once it is signed."""
    file = await visitor.ask(GetProposalPdf(proposal_id=proposal_id))
    await viewed(visitor, proposal_id, file.sha256)
    return await send(request.app.state.files, file, inline=True)


@router.get("/{portal}/proposals/{proposal_id:uuid}/revisions/{revision:int}/pdf")
async def revision_pdf(request: Request, visitor: Reader, proposal_id: UUID, revision: Revision) -> Response:
    """What was signed before the office took it back to change it."""
    file = await visitor.ask(GetRevisionPdf(proposal_id=proposal_id, revision=revision))
    return await send(request.app.state.files, file, inline=True)
