"""Proposals in the office: the list with who signed what, one of them with its acts, its documents and its log."""

from typing import Annotated, Any, Literal, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.files import send as send_file
from gateway.issuing import proposals as issuing
from gateway.office.entry import ProposalsReader, ProposalsWriter
from gateway.office.sending import typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.addresses import address
from gateway.pages.forms import Form, command_id, refused
from gateway.paging import Cursor
from services.contracts.errors import DomainError, not_found
from services.contracts.messages import Command
from services.contracts.proposals.proposals import (
    GetProposal,
    GetProposalPdf,
    GetRevisionPdf,
    ListProposals,
    MoveProposal,
    PortalStatus,
    ProposalView,
    ResetProposal,
)
from services.contracts.proposals.signing import GetSigningEvents

router = APIRouter()

_PATH = "/office/proposals"
_ONE = _PATH + "/{proposal_id:uuid}"
_SIGNED = {"yes": True, "no": False}
Act = Literal["deliver", "approve", "start-production", "mark-won", "mark-lost", "reset"]
_TO = {"approve": "approved", "start-production": "in_production", "mark-won": "won", "mark-lost": "lost"}


@router.get(_PATH)
async def proposals(
    request: Request, member: ProposalsReader, status: str = "all", signed: str = "", cursor: Cursor = None
) -> Response:
    """One page of the list, newest first, by the customers' statuses and by whether they are signed."""
    wanted = status if status in get_args(PortalStatus) else "all"
    query = ListProposals.model_validate({"status": wanted, "signed": _SIGNED.get(signed), "cursor": cursor})

    def listed(shown: str = wanted, by: str = signed) -> str:
        return address(_PATH, {"status": "" if shown == "all" else shown, "signed": by})

    return show_list(
        request,
        member,
        "office/proposals/list.html",
        await member.ask(query),
        cursor,
        here="proposals",
        status=wanted,
        signed=signed if signed in _SIGNED else "",
        address=listed,
        signed_address=lambda by: listed(by=by),
    )


@router.get(_ONE)
async def proposal(request: Request, member: ProposalsReader, proposal_id: UUID) -> Response:
    """A proposal's page."""
    return await _page(request, member, proposal_id, Form())


@router.get(f"{_ONE}/audit")
async def audit(request: Request, member: ProposalsReader, proposal_id: UUID) -> Response:
    """All that was recorded of it, and whether the chain of its entries holds."""
    found = await member.ask(GetProposal(proposal_id=proposal_id))
    history = await member.ask(GetSigningEvents(document_id=proposal_id))
    return show(request, member, "office/proposals/audit.html", here="proposals", proposal=found, history=history)


@router.get(f"{_ONE}/pdf")
async def pdf(request: Request, member: ProposalsReader, proposal_id: UUID) -> Response:
    """The document that is shown now."""
    file = await member.ask(GetProposalPdf(proposal_id=proposal_id))
    return await send_file(request.app.state.files, file, inline=True)


@router.get(f"{_ONE}/revisions/{{revision:int}}/pdf")
async def revision_pdf(
    request: Request, member: ProposalsReader, proposal_id: UUID, revision: Annotated[int, Path(ge=1, le=100_000)]
) -> Response:
    """The document of a revision that was taken back."""
    file = await member.ask(GetRevisionPdf(proposal_id=proposal_id, revision=revision))
    return await send_file(request.app.state.files, file, inline=True)


@router.post(f"{_ONE}/{{act}}")
async def carry_out(request: Request, member: ProposalsWriter, proposal_id: UUID, act: str) -> Response:
    """One of the office's acts, once however often its button is pressed."""
    typed = await typed_in(request)
    if act not in get_args(Act):
        raise not_found()
    try:
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(await _command(member, proposal_id, cast(Act, act), new_id))
    except DomainError as error:
        return await _page(request, member, proposal_id, refused(typed.values, error), problem_of(error).status_code)
    return done(f"{_PATH}/{proposal_id}", "take-back" if act == "reset" else act)


async def _command(member: Caller, proposal_id: UUID, act: Act, new_id: UUID) -> Command[ProposalView]:
    if act == "deliver":
        return await issuing.delivery(member, proposal_id, new_id)
    if act == "reset":
        return ResetProposal(id=new_id, proposal_id=proposal_id)
    return MoveProposal.model_validate({"id": new_id, "proposal_id": proposal_id, "to": _TO[act]})


async def _page(
    request: Request, member: Caller, proposal_id: UUID, form: Form, status: int = 200, **values: Any
) -> Response:
    found = await member.ask(GetProposal(proposal_id=proposal_id))
    return show(
        request, member, "office/proposals/item.html", status, here="proposals", proposal=found, form=form, **values
    )
