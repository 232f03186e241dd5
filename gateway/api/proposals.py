"""Proposals: customers read and sign them, the office makes and delivers them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Request
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import (
    CommandId,
    PropertyFilter,
    answers,
    answers_pdf,
    office,
    portal,
    relayed,
    sent,
)
from gateway.auth import ApiCaller
from gateway.clients import client_of
from gateway.issuing import proposals as issuing
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from gateway.viewings import viewed
from services.contracts.messages import Page
from services.contracts.proposals.proposals import (
    DeclineProposal,
    GetProposal,
    GetProposalPdf,
    GetRevisionPdf,
    ListProposals,
    MoveProposal,
    ProposalSummary,
    ProposalView,
    Reason,
    ResetProposal,
)
from services.contracts.proposals.signing import (
    GetSigningEvents,
    Mark,
    SignatureView,
    SigningHistoryView,
    SignProposal,
)
from services.contracts.snapshots import Name

Status = Literal["all", "pending", "accepted", "rejected"]
Revision = Annotated[int, Path(ge=1, le=100_000)]


@portal.get("/proposals", **answers(Page[ProposalSummary]))
async def list_proposals(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: Status = "all",
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Proposals shared with the contact, newest delivered first."""
    message = ListProposals(status=status, property_ids=properties, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@office.get("/proposals", **answers(Page[ProposalSummary]))
async def list_proposals_in_office(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: Status = "all",
    signed: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The company's proposals, drafts included; `signed=true` those with an electronic signature."""
    message = ListProposals(status=status, signed=signed, property_ids=properties, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@portal.get("/proposals/{proposal_id}", **answers(ProposalView))
@office.get("/proposals/{proposal_id}", **answers(ProposalView))
async def get_proposal(proposal_id: UUID, caller: ApiCaller) -> Response:
    """One proposal."""
    return await relayed(caller, GetProposal(proposal_id=proposal_id))


@portal.get("/proposals/{proposal_id}/pdf", **answers_pdf())
@office.get("/proposals/{proposal_id}/pdf", **answers_pdf())
async def get_proposal_pdf(proposal_id: UUID, caller: ApiCaller, request: Request) -> Response:
    """The document as delivered; once signed, the signed one."""
    file = await caller.ask(GetProposalPdf(proposal_id=proposal_id))
    await viewed(caller, proposal_id, file.sha256)
    return await sent(request, file)


@portal.get("/proposals/{proposal_id}/revisions/{revision}/pdf", **answers_pdf())
@office.get("/proposals/{proposal_id}/revisions/{revision}/pdf", **answers_pdf())
async def get_revision_pdf(proposal_id: UUID, revision: Revision, caller: ApiCaller, request: Request) -> Response:
    """The document of a revision that was taken back; customers get those that were signed."""
    return await sent(request, await caller.ask(GetRevisionPdf(proposal_id=proposal_id, revision=revision)))


class DeclineBody(Body):
    """Why it is declined."""

    reason: Reason


@portal.post("/proposals/{proposal_id}/decline", **answers(ProposalView))
async def decline_proposal(proposal_id: UUID, body: DeclineBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """Says no to a delivered proposal; it shows as rejected, and the office says what becomes of it."""
    return await relayed(caller, DeclineProposal(id=new_id, proposal_id=proposal_id, reason=body.reason))


class SignatureBody(Body):
    """`document_sha256` and `consent_version` say what the signer was shown."""

    name: Name
    signature: Mark
    optional_service_ids: Annotated[list[UUID], Field(max_length=100)] = []
    consent_version: Annotated[str, Field(max_length=50)]
    document_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@portal.post("/proposals/{proposal_id}/signature", **answers(SignatureView, 201))
async def sign_proposal(
    proposal_id: UUID, body: SignatureBody, caller: ApiCaller, request: Request, new_id: CommandId
) -> Response:
    """Accepts a delivered proposal, exactly as the document with this hash shows it."""
    message = SignProposal(
        id=new_id,
        proposal_id=proposal_id,
        name=body.name,
        signature=body.signature,
        optional_service_ids=body.optional_service_ids,
        consent_version=body.consent_version,
        document_sha256=body.document_sha256,
        client=client_of(request),
    )
    return await relayed(caller, message, 201)


@office.post("/proposals", **answers(ProposalView, 201))
async def create_proposal(body: issuing.NewProposal, caller: ApiCaller, new_id: CommandId) -> Response:
    """A draft, which no customer sees until it is delivered."""
    return await relayed(caller, await issuing.proposal(caller, body, new_id), 201)


@office.patch("/proposals/{proposal_id}", **answers(ProposalView))
async def change_proposal(
    proposal_id: UUID, body: issuing.ProposalPatch, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Changes a draft; what was delivered is reset first."""
    return await relayed(caller, await issuing.change(caller, proposal_id, body, new_id))


@office.post("/proposals/{proposal_id}/reset", **answers(ProposalView))
async def reset_proposal(proposal_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Delivered back to draft, as the next revision: voids the signature, and keeps it and what it was put to."""
    return await relayed(caller, ResetProposal(id=new_id, proposal_id=proposal_id))


@office.get("/proposals/{proposal_id}/audit", **answers(SigningHistoryView))
async def get_proposal_audit(proposal_id: UUID, caller: ApiCaller) -> Response:
    """All that was recorded of it, oldest first, and whether the chain of its entries holds."""
    return await relayed(caller, GetSigningEvents(document_id=proposal_id))


@office.post("/proposals/{proposal_id}/deliver", **answers(ProposalView))
async def deliver_proposal(proposal_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Draft to delivered: its document is fixed and the customer sees it."""
    return await relayed(caller, await issuing.delivery(caller, proposal_id, new_id))


@office.post("/proposals/{proposal_id}/approve", **answers(ProposalView))
async def approve_proposal(proposal_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Delivered to approved."""
    return await relayed(caller, MoveProposal(id=new_id, proposal_id=proposal_id, to="approved"))


@office.post("/proposals/{proposal_id}/start-production", **answers(ProposalView))
async def start_production(proposal_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Approved to in production."""
    return await relayed(caller, MoveProposal(id=new_id, proposal_id=proposal_id, to="in_production"))


@office.post("/proposals/{proposal_id}/mark-won", **answers(ProposalView))
async def mark_won(proposal_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Delivered, approved or in production to won."""
    return await relayed(caller, MoveProposal(id=new_id, proposal_id=proposal_id, to="won"))


@office.post("/proposals/{proposal_id}/mark-lost", **answers(ProposalView))
async def mark_lost(proposal_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Delivered or approved to lost."""
    return await relayed(caller, MoveProposal(id=new_id, proposal_id=proposal_id, to="lost"))
