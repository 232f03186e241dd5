"""Signing: what is agreed to first, how a name is put, and the evidence that is kept of it."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.contracts.files import FileView
from services.contracts.identity.people import Client
from services.contracts.messages import Command, Event, Nothing, Query, View
from services.contracts.money import Money
from services.contracts.proposals.kinds import ProposalKind
from services.contracts.snapshots import Name, PropertySnapshot

DocumentKind = Literal["proposal", "finance_agreement"]
SigningEventKind = Literal[
    "delivered", "viewed", "consented", "signed", "declined", "sealed", "voided", "expired", "withdrawn", "reminded"
]
SealLevel = Literal["B-B", "B-T"]
"""PAdES levels: B-B proves who sealed it and that it is unchanged, B-T also when, by a timestamp authority."""


class ConsentView(View):
    """The statement that a signer agrees to before signing, and its version."""

    version: str
    text: str


class ElectronicSignatureView(View):
    signed_at: datetime
    signed_by: str
    sealed_at: datetime | None = None
    """Since when the final PDF is there; None for the moment in which it is still being sealed."""


class Mark(View):
    """How the name was put: typed, or drawn as a PNG in a `data:` URL. Exactly one of them."""

    typed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    drawn: Annotated[str, StringConstraints(pattern=r"^data:image/png;base64,", max_length=200_000)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Mark":
        if (self.typed is None) == (self.drawn is None):
            raise ValueError("a signature is either typed or drawn")
        return self


class SignatureView(View):
    """A signature that was taken."""

    id: UUID
    proposal_id: UUID | None = None
    """Where it is a proposal that was signed."""
    document_id: UUID | None = None
    """The proposal or agreement."""
    kind: DocumentKind = "proposal"
    signed_at: datetime
    signed_by: str
    total: Money
    document_sha256: str
    """Of the document that was shown, and so signed."""
    sealed: bool = False
    """Whether the final PDF is there; if not, it will be in a moment."""


class SignProposal(Command[SignatureView]):
    """Accepts a delivered proposal, exactly as the document with this hash shows it."""

    deadline_seconds: ClassVar[float] = 30.0
    circumstances: ClassVar[frozenset[str]] = frozenset({"client"})
    proposal_id: UUID
    name: Name
    signature: Mark
    optional_service_ids: Annotated[list[UUID], Field(max_length=100)] = []
    consent_version: str
    document_sha256: str
    client: Client


# Documents that other services draw


class SignableDocumentView(View):
    """A document that another service drew, as its customer signs it."""

    id: UUID
    kind: DocumentKind
    number: str
    title: str
    total: Money
    document_sha256: str
    """Of the PDF to be read; a signature must name it."""
    consent: ConsentView
    electronic_signature: ElectronicSignatureView | None
    signable: bool
    """Whether this principal may sign it, now."""
    not_signable_because: str | None = None


class GetSignableDocument(Query[SignableDocumentView]):
    """By the id that its service gave it; `not_found` also in the moment before it is registered here."""

    document_id: UUID


class SignDocument(Command[SignatureView]):
    """Accepts a document that another service drew, exactly as the PDF with this hash shows it."""

    deadline_seconds: ClassVar[float] = 30.0
    circumstances: ClassVar[frozenset[str]] = frozenset({"client"})
    document_id: UUID
    name: Name
    signature: Mark
    consent_version: str
    document_sha256: str
    client: Client


class SignedProposal(View):
    """What a proposal was called and came to when it was signed."""

    number: str
    title: str
    kind: ProposalKind
    property: PropertySnapshot
    total: Money


class DocumentSigned(Event):
    """A document of any kind was signed, and its final PDF is sealed."""

    version: int
    """Of the document that was signed, as its own service counts."""
    kind: DocumentKind
    document_id: UUID
    branch_id: UUID
    customer_id: UUID
    signature_id: UUID
    contact_id: UUID
    signed_by: str
    signed_at: datetime
    document: FileView
    """The final PDF: what was shown, the signature page, the audit certificate, sealed."""
    proposal: SignedProposal | None = None
    """Of a proposal, for the mail to whoever signed it."""


# What was recorded


class RecordViewing(Command[Nothing]):
    """A contact is shown a document that waits for a signature; the log tells of it, once for each who looks."""

    document_id: UUID
    document_sha256: str
    """Of the PDF that is shown."""


class SigningEventView(View):
    """One entry of a document's log; each entry's hash covers the one before it."""

    position: int
    kind: SigningEventKind
    at: datetime
    by: str
    """Who did it, as a person reads it: `Priya Shah <priya@lakeside.test>`, or `Portico`."""
    details: dict[str, str]
    sha256: str


class SigningHistoryView(View):
    """A document's log, oldest first, and whether its chain of hashes holds."""

    events: list[SigningEventView]
    intact: bool


class GetSigningEvents(Query[SigningHistoryView]):
    """The office's audit view of one proposal or other document."""

    document_id: UUID


# Verifying what somebody holds


class VerifiedDocumentView(View):
    """What the holder of a document that is ours is told of it."""

    kind: DocumentKind
    number: str
    title: str
    portal_name: str
    """The portal in which it was signed."""
    signed_by: str
    signed_at: datetime
    time_zone: str
    sha256: str
    sealed_by: str
    """The name in the certificate of the seal."""
    sealed_at: datetime
    seal_level: SealLevel
    timestamped_by: str | None
    """The timestamp authority's name, where there is one."""
    voided_at: datetime | None
    """Since when it no longer stands."""


class VerificationView(View):
    """What was found. Only where the bytes are exactly those we sealed is anything said that we know."""

    outcome: Literal["valid", "superseded", "changed", "not_ours", "unreadable"]
    message: str
    """A sentence for the holder."""
    document: VerifiedDocumentView | None = None
    """Where it is `valid` or `superseded`."""


class VerifyDocument(Query[VerificationView]):
    """Public: whether an uploaded PDF is a document that was signed here, and is unchanged."""

    deadline_seconds: ClassVar[float] = 30.0
    upload: FileView
