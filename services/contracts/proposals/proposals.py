"""Proposals: offers with required and optional services, what the office does with them and what customers see."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.files import FileView
from services.contracts.messages import Command, Event, Limit, Page, Query, View
from services.contracts.money import Money, TaxPercent
from services.contracts.proposals.kinds import ProposalKind as ProposalKind
from services.contracts.proposals.signing import ConsentView, ElectronicSignatureView
from services.contracts.snapshots import CustomerSnapshot, Name, Person, PropertySnapshot

OfficeStatus = Literal["draft", "delivered", "approved", "in_production", "won", "lost"]
PortalStatus = Literal["pending", "accepted", "rejected"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class ServiceLine(View):
    """One line of a service: quantity x unit price."""

    description: Name
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    unit_price: Money
    tax_percent: TaxPercent = Decimal(0)
    """Sales tax on this line, rounded half up to the cent per line."""


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
    """With its taxes."""
    lines: list[ServiceLine] | None
    selected: bool
    """Whether it belongs to what was accepted (an optional one may not)."""
    tax: Money | None = None
    """What of the total is sales tax."""


class ServiceContactView(View):
    """Whom to ask about it; `phone` is None where the branch hides it."""

    name: str
    email: str
    phone: str | None = None


class DeclineView(View):
    """A customer's no."""

    declined_at: datetime
    declined_by: str
    reason: str


class ProposalLink(View):
    """Another proposal that this one has to do with."""

    id: UUID
    number: str
    title: str


class RevisionView(View):
    """A revision that the office took back: what it was, and what had become of it."""

    revision: int
    delivered_at: datetime
    total: Money
    document_sha256: str
    electronic_signature: ElectronicSignatureView | None
    """The signature that was voided."""
    declined: DeclineView | None
    withdrawn_at: datetime
    withdrawn_by: str | None
    """The staff member; None in the portal."""


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
    subtotal: Money | None = None
    """The total before tax."""
    tax: Money | None = None
    revision: int = 1
    """1 for what is drafted first; each reset begins the next."""
    expired: bool = False
    """Whether it was still to be signed when its last day passed."""
    declined: DeclineView | None = None
    sales_rep: Person | None = None
    """Its own; None in the portal, which shows the service contact."""
    changes: ProposalLink | None = None
    """What a change order changes."""
    change_orders: list[ProposalLink] = []
    """Those that change this one, as far as the principal sees them."""
    quote_id: UUID | None = None
    """The customer's enquiry that it answers."""
    revisions: list[RevisionView] = []
    """The earlier ones, newest first; in the portal those that were signed."""


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
    customer: CustomerSnapshot | None = None
    revision: int = 1
    expired: bool = False
    declined: bool = False


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
    changes_proposal_id: UUID | None = None
    """What a change order changes: another proposal for the same property."""
    quote_id: UUID | None = None
    """A quote for the same property that it answers as well."""


class ChangeProposal(Command[ProposalView]):
    """Only what is given changes, and only of a draft; "unset" empties."""

    proposal_id: UUID
    kind: ProposalKind | None = None
    title: Name | None = None
    sales_rep: Person | None = None
    services: Annotated[list[ServiceOffer], Field(min_length=1, max_length=100)] | None = None
    expires_on: date | Literal["unset"] | None = None
    changes_proposal_id: UUID | Literal["unset"] | None = None


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


class ResetProposal(Command[ProposalView]):
    """Delivered back to draft, as the next revision: takes it from the customer, voids the signature, keeps both."""

    proposal_id: UUID


class DeclineProposal(Command[ProposalView]):
    """The customer's no, with a reason; it shows as rejected, and the office says what becomes of it."""

    proposal_id: UUID
    reason: Reason


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


class GetRevisionPdf(Query[FileView]):
    """The document of a revision that was taken back, as signed where it was. A contact gets those that were signed."""

    deadline_seconds: ClassVar[float] = 20.0
    proposal_id: UUID
    revision: int


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
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    """Who signed."""
    revision: int = 1
