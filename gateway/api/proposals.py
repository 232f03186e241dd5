"""Proposals: customers read and sign them, the office makes and delivers them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request
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
from services.contracts.messages import Page
from services.contracts.proposals.proposals import (
    GetProposal,
    GetProposalPdf,
    ListProposals,
    MoveProposal,
    ProposalSummary,
    ProposalView,
)
from services.contracts.proposals.signing import Mark, SignatureView, SignProposal
from services.contracts.snapshots import Name

Status = Literal["all", "pending", "accepted", "rejected"]


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
    return await sent(request, await caller.ask(GetProposalPdf(proposal_id=proposal_id)))


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
