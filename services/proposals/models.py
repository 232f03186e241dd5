"""The tables of proposals: what is offered, and the evidence of each signature."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.errors import conflict
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.proposals.proposals import OfficeStatus, ProposalKind, ServiceLine
from services.contracts.snapshots import CustomerSnapshot, Person, PropertySnapshot
from services.proposals import notice_rules
from services.proposals import quote_models as quote_models
from services.proposals.rules import Standing, may_move
from services.proposals.signing_models import Signature as Signature

# Written as PostgreSQL stores it, so that models and migrations can be compared; `rules.portal_status` says the same.
PORTAL_STATUS = (
    "CASE WHEN (office_status = 'lost'::text) THEN 'rejected'::text WHEN ((signed_at IS NOT NULL) OR "
    "(office_status = ANY (ARRAY['approved'::text, 'in_production'::text, 'won'::text]))) THEN 'accepted'::text "
    "WHEN (declined_at IS NOT NULL) THEN 'rejected'::text ELSE 'pending'::text END"
)


class Proposal(Base):
    """An offer to a customer for one of their properties, with the names and addresses of its making."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        Index(None, "company_id", "listed_at", "id"),
        Index(None, "company_id", "portal_status", "listed_at", "id"),
        Index(None, "company_id", "customer_id", "listed_at", "id"),
        Index(None, "company_id", "property_id", "listed_at", "id"),
        Index("proposal_signed_idx", "company_id", "listed_at", "id", postgresql_where=text("signed_at IS NOT NULL")),
        Index(None, "changes_proposal_id", postgresql_where=text("changes_proposal_id IS NOT NULL")),
        Index(None, "quote_id", postgresql_where=text("quote_id IS NOT NULL")),
        Index("proposal_notice_idx", "notice_at", postgresql_where=text("notice_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    number: Mapped[str]
    kind: Mapped[ProposalKind] = mapped_column(Text)
    title: Mapped[str]
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    property_id: Mapped[UUID]
    customer: Mapped[dict[str, Any]]
    property: Mapped[dict[str, Any]]
    sales_rep: Mapped[dict[str, Any]]
    currency: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    """Of the required services and, once signed, the selected optional ones."""
    expires_on: Mapped[date | None]
    office_status: Mapped[OfficeStatus] = mapped_column(Text)
    portal_status: Mapped[str] = mapped_column(Computed(PORTAL_STATUS, persisted=True))
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    listed_at: Mapped[datetime] = mapped_column(Computed("COALESCE(delivered_at, created_at)", persisted=True))
    """What lists are ordered by."""
    content: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    """All that the delivered PDF says, so that the signed one repeats it whatever changes later."""
    document: Mapped[dict[str, Any] | None]
    """The PDF that is shown now: as delivered, then as sealed."""
    signature_id: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None]
    sealed_at: Mapped[datetime | None]
    """Since when the signed PDF is the final one, with its seal."""
    version: Mapped[int]
    tax: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What of the total is sales tax."""
    revision: Mapped[int] = mapped_column(server_default="1")
    """Counts the times that it was taken back to be changed, from 1."""
    changes_proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    quote_id: Mapped[UUID | None] = mapped_column(ForeignKey("quote.id"))
    declined_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    decline_reason: Mapped[str | None]
    notice_at: Mapped[datetime | None]
    """When the signers are next reminded, or told that it expired; None where nothing is to be said any more."""

    def standing(self) -> Standing:
        """What the rules need to know of it."""
        return Standing(
            office_status=self.office_status,
            signed=self.signed_at is not None,
            customer_id=self.customer_id,
            branch_id=self.branch_id,
            property_id=self.property_id,
            expires_on=self.expires_on,
            declined=self.declined_at is not None,
            revision=self.revision,
        )

    def money(self) -> Money:
        """Its total."""
        return Money(amount=self.total, currency=self.currency)

    def to_customer(self) -> CustomerSnapshot:
        """Whom it is made out to."""
        return CustomerSnapshot.model_validate(self.customer)

    def at_property(self) -> PropertySnapshot:
        """The site that it is for."""
        return PropertySnapshot.model_validate(self.property)

    def by_sales_rep(self) -> Person:
        """Its service contact."""
        return Person.model_validate(self.sales_rep)

    def shown_document(self) -> FileView:
        """The PDF that is shown now; a conflict where it has none yet."""
        if self.document is None:
            raise conflict("This proposal has no document until it is delivered.", reason="not_delivered")
        return FileView.model_validate(self.document)

    def require_move(self, to: OfficeStatus) -> None:
        """A conflict where the table of moves does not lead there from here."""
        if not may_move(self.office_status, to):
            raise conflict(
                f"A proposal cannot go from {_said(self.office_status)} to {_said(to)}.",
                reason="no_such_move",
                office_status=self.office_status,
            )

    def move(self, to: OfficeStatus) -> None:
        """Brings it to another office status, along the table of moves only."""
        self.require_move(to)
        self.office_status = to
        self.notice_at = None
        self.version += 1

    def show(self, content: dict[str, Any], document: FileView) -> None:
        """Replaces the PDF that is shown, and what it says."""
        self.content = content
        self.document = document.model_dump(mode="json")

    def deliver(self, now: datetime, content: dict[str, Any], document: FileView) -> None:
        """Fixes the PDF and shows it to the customer."""
        self.move("delivered")
        self.delivered_at = now
        self.schedule_notice(now)
        self.show(content, document)

    def schedule_notice(self, now: datetime) -> None:
        """Sets when its signers are next written to."""
        assert self.delivered_at is not None
        coming = notice_rules.coming(self.delivered_at, self.expires_on, self.time_zone, now)
        self.notice_at = coming.at if coming else None

    def decline(self, now: datetime, by: str, reason: str) -> None:
        """The customer's no; the office status stays as it is."""
        self.declined_at, self.declined_by, self.decline_reason = now, by, reason
        self.notice_at = None
        self.version += 1

    def reset(self) -> None:
        """Takes it back from the customer, as the draft of its next revision, with nothing agreed or declined."""
        self.move("draft")
        self.revision += 1
        self.delivered_at = self.content = self.document = None
        self.signature_id = self.signed_at = self.signed_by = self.sealed_at = None
        self.declined_at = self.declined_by = self.decline_reason = None

    def accept(self, signature: Signature, tax: int) -> None:
        """Takes over what was signed, and what of its total is tax; the office status stays as it is."""
        self.signature_id = signature.id
        self.signed_at = signature.signed_at
        self.signed_by = signature.signed_by
        self.total, self.tax = signature.total, tax
        self.notice_at = None
        self.version += 1

    def take_sealed(self, document: FileView, now: datetime) -> None:
        """Shows the final PDF from now on."""
        self.document = document.model_dump(mode="json")
        self.sealed_at = now


class OfferedService(Base):
    """One service of a proposal."""

    __tablename__ = "offered_service"
    __table_args__ = (UniqueConstraint("proposal_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    name: Mapped[str]
    description: Mapped[str]
    optional: Mapped[bool]
    selected: Mapped[bool]
    """Whether it belongs to the total: each required one, and the optional ones that the signer ticked."""
    lines: Mapped[list[Any]]
    total: Mapped[int] = mapped_column(BigInteger)
    """With its taxes."""
    currency: Mapped[str]
    tax: Mapped[int] = mapped_column(BigInteger, server_default="0")

    def money(self) -> Money:
        """Its lines' sum, with their taxes."""
        return Money(amount=self.total, currency=self.currency)

    def priced_lines(self) -> list[ServiceLine]:
        """Its lines."""
        return [ServiceLine.model_validate(line) for line in self.lines]


class WithdrawnRevision(Base):
    """A revision that the office took back, and what had become of it: written once, never changed."""

    __tablename__ = "withdrawn_revision"
    __table_args__ = (UniqueConstraint("proposal_id", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    revision: Mapped[int]
    delivered_at: Mapped[datetime]
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    document: Mapped[dict[str, Any]]
    """The PDF that was shown last: as delivered, or as signed."""
    signature_id: Mapped[UUID | None] = mapped_column(ForeignKey("signature.id"))
    """The signature that was voided."""
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    decline_reason: Mapped[str | None]
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[str]


def _said(status: OfficeStatus) -> str:
    return status.replace("_", " ")
