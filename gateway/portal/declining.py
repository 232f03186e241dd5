"""Declining a proposal, with a reason."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.errors import problem_of
from gateway.pages.addresses import see
from gateway.pages.forms import Form, command_id, invalid, received, refused, texts
from gateway.pages.render import page
from gateway.portal.entry import Reader, root
from services.contracts.errors import DomainError
from services.contracts.proposals.proposals import DeclineProposal, GetProposal

router = APIRouter()

_SENTENCES = {"reason": "Say in at most 2,000 characters why."}


@router.get("/{portal}/proposals/{proposal_id:uuid}/decline")
async def ask_why(request: Request, visitor: Reader, proposal_id: UUID) -> Response:
    """The form; where the proposal cannot be declined, its own page instead, which says why."""
    proposal = await visitor.ask(GetProposal(proposal_id=proposal_id))
    if not proposal.signable:
        return see(f"{root(visitor)}/proposals/{proposal_id}")
    return page(request, "proposals/decline.html", here="proposals", proposal=proposal, form=Form())


@router.post("/{portal}/proposals/{proposal_id:uuid}/decline")
async def decline(request: Request, visitor: Reader, proposal_id: UUID) -> Response:
    """Declines, once however often the form is sent; what was answered by somebody else meanwhile says so."""
    typed = texts(await received(request))
    try:
        new_id = command_id(visitor, f"decline {proposal_id}", typed)
        await visitor.ask(DeclineProposal(id=new_id, proposal_id=proposal_id, reason=typed.get("reason", "")))
    except ValidationError as error:
        form, status = invalid(typed, error, _SENTENCES), 422
    except DomainError as error:
        if error.code != "invalid":
            raise
        form, status = refused(typed, error, {"reason": "reason"}), problem_of(error).status_code
    else:
        return see(f"{root(visitor)}/proposals/{proposal_id}?declined=1")
    proposal = await visitor.ask(GetProposal(proposal_id=proposal_id))
    return page(request, "proposals/decline.html", status, here="proposals", proposal=proposal, form=form)
