"""Verifying: whether a PDF that somebody holds is a document that was signed here, and is unchanged."""

import hashlib
from datetime import datetime
from threading import Semaphore

from sqlalchemy import select

from services.chassis import files
from services.chassis.wire import Unavailable
from services.chassis.work import Work
from services.contracts.errors import invalid
from services.contracts.proposals.signing import VerificationView, VerifiedDocumentView, VerifyDocument
from services.proposals import lookups
from services.proposals.sealing.examining import Finding
from services.proposals.sealing.inspection import inspect
from services.proposals.signing_models import Seal, Signature, SigningEvent

UPLOADS = "verifications/"
"""Where the gateway lays down what is to be verified."""

_room = Semaphore(2)
"""Anybody may send anything: this much of the machine at once is theirs."""

PATIENCE = 10.0
"""Seconds until it must be a file's turn: with the time that its examination may take, within the call's deadline."""

CHANGED = (
    "This file was changed after it was sealed: it is not the document that was signed. "
    "Ask the company for the original."
)
EXTENDED = (
    "This file begins with a document that was signed and sealed here, but something was added to it afterwards. "
    "What you see is not what was signed. Ask the company for the original."
)
FOREIGN = (
    "The seal of this file is not ours. It may bear our name, but it was made with another key: "
    "do not rely on it as a document that was signed here."
)
UNSEALED = "This PDF bears no seal of ours: it is not a signed document of this system, or its seal was taken away."
UNKNOWN = "This file is sealed, but it is no document that was signed here."
UNREADABLE = "This file cannot be read as a PDF: it is damaged, or something else."
VALID = "This is the original of a document that was signed here. It has not been changed since it was sealed."
SUPERSEDED = (
    "This is the original of a document that was signed here, and it is unchanged, but the signature no longer "
    "stands: it was voided later, because the document was changed or withdrawn."
)


def verify(work: Work, query: VerifyDocument) -> VerificationView:
    """What holds of an upload; what we know is told to nobody but who holds the very bytes that were sealed."""
    if not query.upload.key.startswith(UPLOADS):
        raise invalid("Only an upload is verified.", field="upload")
    pdf, finding = _examined(query.upload.key)
    known = lookups.sealed(work.session, hashlib.sha256(pdf).hexdigest())
    if known is None or finding.verdict != "whole":
        return _not_ours(work, pdf, finding)
    work.enter(known.company_id)
    signature = work.session.get_one(Signature, known.id)
    voided_at = _voided_at(work, signature)
    return VerificationView(
        outcome="superseded" if voided_at else "valid",
        message=SUPERSEDED if voided_at else VALID,
        document=_document(signature, work.session.get_one(Seal, known.id), voided_at),
    )


def _examined(key: str) -> tuple[bytes, Finding]:
    """The file, which is not even fetched before its turn. Raises Unavailable where that does not come in time."""
    if not _room.acquire(timeout=PATIENCE):
        raise Unavailable
    try:
        pdf = files.get(key)
        return pdf, inspect(pdf)
    finally:
        _room.release()


def _not_ours(work: Work, pdf: bytes, finding: Finding) -> VerificationView:
    match finding.verdict:
        case "altered":
            return VerificationView(outcome="changed", message=CHANGED)
        case "extended":
            began_as = hashlib.sha256(pdf[: finding.sealed_size]).hexdigest()
            message = EXTENDED if lookups.sealed(work.session, began_as) else CHANGED
            return VerificationView(outcome="changed", message=message)
        case "unreadable":
            return VerificationView(outcome="unreadable", message=UNREADABLE)
        case "foreign":
            return VerificationView(outcome="not_ours", message=FOREIGN)
        case "unsealed":
            return VerificationView(outcome="not_ours", message=UNSEALED)
        case "whole":
            return VerificationView(outcome="not_ours", message=UNKNOWN)


def _voided_at(work: Work, signature: Signature) -> datetime | None:
    voided = select(SigningEvent.at).where(
        SigningEvent.document_id == signature.document_id,
        SigningEvent.kind == "voided",
        SigningEvent.details["signature"].astext == str(signature.id),
    )
    return work.session.scalars(voided.order_by(SigningEvent.position)).first()


def _document(signature: Signature, seal: Seal, voided_at: datetime | None) -> VerifiedDocumentView:
    return VerifiedDocumentView(
        kind=signature.kind,
        number=signature.number,
        title=signature.title,
        portal_name=signature.portal_name,
        signed_by=signature.signed_by,
        signed_at=signature.signed_at,
        time_zone=signature.time_zone,
        sha256=seal.sha256,
        sealed_by=seal.sealed_by,
        sealed_at=seal.sealed_at,
        seal_level=seal.level,
        timestamped_by=seal.timestamped_by,
        voided_at=voided_at,
    )
