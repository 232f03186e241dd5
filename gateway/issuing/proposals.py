"""New proposals, changes of drafts, and their delivery."""

import asyncio
from datetime import date
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from gateway.auth import Caller
from gateway.issuing import places
from gateway.requests import Body
from services.contracts.errors import invalid
from services.contracts.identity.customers import GetProperty
from services.contracts.identity.portals import GetBranch, GetCompany
from services.contracts.proposals.proposals import (
    ChangeProposal,
    CreateProposal,
    DeliverProposal,
    GetProposal,
    ProposalKind,
    ServiceOffer,
)
from services.contracts.snapshots import Name

Given = TypeVar("Given")


class NewProposal(Body):
    """`sales_rep_id` is the property's sales rep where it is not given."""

    kind: ProposalKind
    title: Name
    property_id: UUID
    sales_rep_id: UUID | None = None
    services: Annotated[list[ServiceOffer], Field(min_length=1, max_length=100)]
    expires_on: date | None = None
    changes_proposal_id: UUID | None = None
    """What a change order changes."""
    quote_id: UUID | None = None
    """A finalized quote that it answers as well."""


class ProposalPatch(Body):
    """What is given changes; null empties `expires_on` and `changes_proposal_id`."""

    kind: ProposalKind | None = None
    title: Name | None = None
    sales_rep_id: UUID | None = None
    services: Annotated[list[ServiceOffer], Field(min_length=1, max_length=100)] | None = None
    expires_on: date | None = None
    changes_proposal_id: UUID | None = None


async def proposal(caller: Caller, draft: NewProposal, new_id: UUID) -> CreateProposal:
    """The command that makes the draft; raises `invalid` where nobody sells it."""
    place = await caller.ask(GetProperty(property_id=draft.property_id))
    branch, sales_rep = await asyncio.gather(
        caller.ask(GetBranch(branch_id=place.branch_id)), places.service_contact(caller, draft.sales_rep_id, place)
    )
    if sales_rep is None:
        raise invalid("The property has no sales rep: name one.", field="sales_rep_id")
    return CreateProposal(
        id=new_id,
        kind=draft.kind,
        title=draft.title,
        branch_id=place.branch_id,
        time_zone=branch.time_zone,
        customer=place.customer,
        property=place.snapshot(),
        sales_rep=sales_rep,
        services=draft.services,
        expires_on=draft.expires_on,
        changes_proposal_id=draft.changes_proposal_id,
        quote_id=draft.quote_id,
    )


async def change(caller: Caller, proposal_id: UUID, patch: ProposalPatch, new_id: UUID) -> ChangeProposal:
    """The command that changes a draft."""
    sales_rep = await places.service_contact(caller, patch.sales_rep_id, None)
    given = patch.model_fields_set

    def emptied(name: str, value: Given | None) -> Given | Literal["unset"] | None:
        return "unset" if name in given and value is None else value

    return ChangeProposal(
        id=new_id,
        proposal_id=proposal_id,
        kind=patch.kind,
        title=patch.title,
        sales_rep=sales_rep,
        services=patch.services,
        expires_on=emptied("expires_on", patch.expires_on),
        changes_proposal_id=emptied("changes_proposal_id", patch.changes_proposal_id),
    )


async def delivery(caller: Caller, proposal_id: UUID, new_id: UUID) -> DeliverProposal:
    """The command that fixes a proposal's document, in the company's name and as the branch shows its lines."""
    company, found = await asyncio.gather(caller.ask(GetCompany()), caller.ask(GetProposal(proposal_id=proposal_id)))
    place = await caller.ask(GetProperty(property_id=found.property.id))
    branch = await caller.ask(GetBranch(branch_id=place.branch_id))
    return DeliverProposal(
        id=new_id,
        proposal_id=proposal_id,
        company_name=company.name,
        line_item_detail=branch.settings.line_item_detail,
        show_service_contact_phone=branch.settings.show_service_contact_phone,
    )
