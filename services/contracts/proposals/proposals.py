"""Proposals: offers with required and optional services, what the office does with them and what customers see."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money
from services.contracts.proposals.signing import ConsentView, ElectronicSignatureView
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot

ProposalKind = Literal["work_order", "contract", "change_order"]
OfficeStatus = Literal["draft", "delivered", "approved", "in_production", "won", "lost"]
PortalStatus = Literal["pending", "accepted", "rejected"]


class ServiceLine(View):
    """One line of a service: quantity x unit price."""

    description: Name
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    unit_price: Money


class ServiceOffer(View):
    """A service to be offered, with its lines."""

    name: Name
    description: str = ""
    optional: bool = False
    lines: Annotated[list[ServiceLine], Field(min_length=1, max_length=100)]


class ServiceView(View):
    """A service of a proposal; `lines` is None where the branch shows lump sums."""

    id: UUID
    name: str
    description: str
    total: Money
    lines: list[ServiceLine] | None
    selected: bool
    """Whether it belongs to what was accepted (an optional one may not)."""


class ServiceContactView(View):
    """Whom to ask about it; `phone` is None where the branch hides it."""

    name: str
    email: str
    phone: str | None = None


class ProposalView(View):
    id: UUID
    number: str
    title: str
    kind: ProposalKind
    status: PortalStatus
    office_status: OfficeStatus | None
    """None in the portal."""
    customer: CustomerSnapshot
    property: PropertySnapshot
    total: Money
    services: list[ServiceView]
    optional_services: list[ServiceView]
    service_contact: ServiceContactView
    delivered_at: datetime | None
    expires_on: date | None
    document_sha256: str | None
    """Of the PDF that is shown now; a signature must name it. None until delivered."""
    consent: ConsentView
    electronic_signature: ElectronicSignatureView | None
    signable: bool
    """Whether this principal may sign it, now."""
    not_signable_because: str | None = None


class ProposalSummary(View):
    """A proposal as a list shows it."""

    id: UUID
    number: str
    title: str
    kind: ProposalKind
    status: PortalStatus
    office_status: OfficeStatus | None
    property: PropertySnapshot
    total: Money
    delivered_at: datetime | None
    expires_on: date | None
    electronic_signature: ElectronicSignatureView | None
    signable: bool


class CreateProposal(Command[ProposalView]):
    """A draft, invisible to customers until it is delivered."""

    kind: ProposalKind
    title: Name
    branch_id: UUID
    time_zone: str
    customer: CustomerSnapshot
    property: PropertySnapshot
    sales_rep: Person
    services: Annotated[list[ServiceOffer], Field(min_length=1, max_length=100)]
    expires_on: date | None = None


class DeliverProposal(Command[ProposalView]):
    """Draft to delivered: its PDF is fixed and the customer sees it."""

    deadline_seconds: ClassVar[float] = 20.0
    proposal_id: UUID
    company_name: str
    line_item_detail: bool = True
    """Of the branch's portal settings: whether the PDF shows lines, or a lump sum for each service."""
    show_service_contact_phone: bool = False
    """Likewise: whether it shows the sales rep's phone."""


class MoveProposal(Command[ProposalView]):
    """The office's acts that change nothing but the office status; delivering is one of its own."""

    proposal_id: UUID
    to: Literal["approved", "in_production", "won", "lost"]


class ListProposals(Query[Page[ProposalSummary]]):
    """Newest delivered first."""

    status: Literal["all", "pending", "accepted", "rejected"] = "all"
    property_ids: list[UUID] = []
    signed: bool | None = None
    """Staff only: with an electronic signature, or without."""
    cursor: str | None = None
    limit: Limit = 25


class GetProposal(Query[ProposalView]):
    proposal_id: UUID


class GetProposalPdf(Query[FileView]):
    """The document as delivered; once signed, the signed one."""

    deadline_seconds: ClassVar[float] = 20.0
    proposal_id: UUID


class ProposalSigned(Event):
    version: int
    proposal_id: UUID
    number: str
    title: str
    kind: ProposalKind
    branch_id: UUID
    property: PropertySnapshot
    sales_rep_id: UUID
    signed_by: str
    signed_at: datetime
    total: Money
