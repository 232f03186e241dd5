"""Signing: what is agreed to first, how a name is put, and the evidence that is kept of it."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.contracts.identity.people import Client
from services.contracts.messages import Command, View
from services.contracts.money import Money
from services.contracts.snapshots import Name


class ConsentView(View):
    """The statement that a signer agrees to before signing, and its version."""

    version: str
    text: str


class ElectronicSignatureView(View):
    signed_at: datetime
    signed_by: str


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
    id: UUID
    proposal_id: UUID
    signed_at: datetime
    signed_by: str
    total: Money
    document_sha256: str


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
