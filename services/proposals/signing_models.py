"""The tables of signing: the evidence, documents of other services, seals, and the log of every document."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base
from services.contracts.files import FileView
from services.contracts.messages import new_id
from services.contracts.money import Money
from services.contracts.proposals.signing import DocumentKind, SealLevel
from services.proposals.signing_rules import DocumentStanding


class Signature(Base):
    """The evidence of one signature: written once, never changed; the service may not even try."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("document_id", "document_version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    kind: Mapped[DocumentKind] = mapped_column(Text)
    document_id: Mapped[UUID]
    """The proposal, or the document of another service."""
    document_version: Mapped[int]
    """The version of it that was accepted."""
    number: Mapped[str]
    title: Mapped[str]
    branch_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    portal_name: Mapped[str]
    """What the portal called itself in which it was signed."""
    signed_at: Mapped[datetime]
    time_zone: Mapped[str]
    signed_by: Mapped[str]
    """The name as the signer gave it; whose account it was follows."""
    contact_id: Mapped[UUID]
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    property_role: Mapped[str | None]
    """None where the document is of no property: then it is the customer's primary contact who signed."""
    authentication: Mapped[str]
    session_id: Mapped[UUID]
    ip: Mapped[str]
    user_agent: Mapped[str]
    consent_version: Mapped[str]
    consent_text: Mapped[str]
    mark_kind: Mapped[str]
    mark: Mapped[str]
    """The typed text, or the drawing as the `data:` URL that was sent."""
    chosen: Mapped[list[Any]]
    """The optional services that were ticked: id, name, total."""
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    shown_sha256: Mapped[str]
    """Of the document that the signer was shown."""
    shown_document: Mapped[dict[str, Any]]


class ForeignDocument(Base):
    """A document that another service drew and that is signed here; its id is that service's."""

    __tablename__ = "foreign_document"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    kind: Mapped[DocumentKind] = mapped_column(Text)
    number: Mapped[str]
    title: Mapped[str]
    branch_id: Mapped[UUID]
    time_zone: Mapped[str]
    customer_id: Mapped[UUID]
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    expires_on: Mapped[date | None]
    document: Mapped[dict[str, Any]]
    """The PDF that is shown now: as it was drawn, then as it was sealed."""
    withdrawn_at: Mapped[datetime | None]
    signature_id: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None]
    sealed_at: Mapped[datetime | None]
    version: Mapped[int]
    """Of the last news of it that its own service sent."""

    def standing(self) -> DocumentStanding:
        """What the rules need to know of it."""
        return DocumentStanding(
            kind=self.kind,
            customer_id=self.customer_id,
            branch_id=self.branch_id,
            signed=self.signed_at is not None,
            withdrawn=self.withdrawn_at is not None,
            expires_on=self.expires_on,
        )

    def money(self) -> Money:
        """What is agreed to."""
        return Money(amount=self.total, currency=self.currency)

    def shown_document(self) -> FileView:
        """The PDF that is shown now."""
        return FileView.model_validate(self.document)

    def withdraw(self, now: datetime, version: int) -> None:
        """From now on nobody signs it, and a signature that it had no longer stands."""
        self.withdrawn_at = now
        self.version = version
        self.signature_id = self.signed_at = self.signed_by = self.sealed_at = None

    def accept(self, signature: Signature) -> None:
        """Takes over what was signed."""
        self.signature_id = signature.id
        self.signed_at = signature.signed_at
        self.signed_by = signature.signed_by

    def take_sealed(self, document: FileView, now: datetime) -> None:
        """Shows the final PDF from now on."""
        self.document = document.model_dump(mode="json")
        self.sealed_at = now


class PendingSeal(Base):
    """A signature whose final PDF is still to be sealed, and when that is next tried."""

    __tablename__ = "pending_seal"
    __table_args__ = (Index(None, "due_at"),)

    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signature.id"), primary_key=True)
    company_id: Mapped[UUID]
    due_at: Mapped[datetime]
    attempts: Mapped[int]


class Seal(Base):
    """The final PDF of a signature, and who sealed it: written once, never changed."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("sha256"),)

    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signature.id"), primary_key=True)
    company_id: Mapped[UUID]
    sealed_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    """Of the final PDF's bytes."""
    level: Mapped[SealLevel] = mapped_column(Text)
    sealed_by: Mapped[str]
    """The name in the certificate."""
    certificate_sha256: Mapped[str]
    timestamped_by: Mapped[str | None]
    """The name in the timestamp authority's certificate, where there is one."""


class SigningEvent(Base):
    """One entry of a document's log: written once, never changed; the service may not even try."""

    __tablename__ = "signing_event"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID]
    document_id: Mapped[UUID]
    position: Mapped[int]
    """Counts the document's entries, from 1."""
    kind: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    details: Mapped[dict[str, Any]]
    previous_sha256: Mapped[str]
    sha256: Mapped[str]
