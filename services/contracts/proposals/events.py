"""What is told of a proposal whenever something happens to it, besides its signature."""

from datetime import date, datetime
from uuid import UUID

from services.contracts.messages import Event, View
from services.contracts.money import Money
from services.contracts.proposals.proposals import ProposalKind
from services.contracts.snapshots import PropertySnapshot


class ProposalFacts(View):
    """What each of them tells."""

    version: int
    proposal_id: UUID
    number: str
    title: str
    kind: ProposalKind
    revision: int
    branch_id: UUID
    customer_id: UUID
    property: PropertySnapshot
    sales_rep_id: UUID
    total: Money
    expires_on: date | None


class ProposalDelivered(ProposalFacts, Event):
    """It is there to be read and signed."""

    delivered_at: datetime


class ProposalReminded(ProposalFacts, Event):
    """It was delivered some days ago, or is about to expire, and still waits for a signature."""

    delivered_at: datetime


class ProposalExpired(ProposalFacts, Event):
    """Its last day passed without a signature."""


class ProposalDeclined(ProposalFacts, Event):
    declined_by: str
    declined_at: datetime
    reason: str


class ProposalWithdrawn(ProposalFacts, Event):
    """The office took it back to change it; `signed_by_id` had signed it, and is to be asked again."""

    withdrawn_at: datetime
    signed_by_id: UUID | None
