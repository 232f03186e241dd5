"""Seals: the final PDF of each signature is made and sealed right after it was taken, and until that has worked."""

from datetime import datetime, timedelta
from functools import partial
from threading import Semaphore
from uuid import UUID

import structlog
from sqlalchemy import select

from services.chassis.work import Steps, Work
from services.contracts.money import Money
from services.contracts.proposals.signing import DocumentSigned, SignedProposal
from services.proposals import final_documents, signing_log
from services.proposals.final_documents import Final, Order
from services.proposals.models import Proposal
from services.proposals.signing_models import ForeignDocument, PendingSeal, Seal, Signature

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = 10.0
"""Seconds that a signer waits until it is their turn: well within the call's deadline, with the seal's own time."""

_places = Semaphore(2)
"""Seals that are made at once: a burst of signatures, or an authority that is slow, takes no more of the process."""


class NotItsTurn(Exception):
    """Others were sealed for as long as somebody could wait."""


def seal_at_once(work: Work, signature_id: UUID) -> Steps[bool]:
    """The same for a signer who waits for it: where too many wait, the signature is answered and sealed later."""
    return (yield from seal(work, signature_id, PATIENCE))


def seal(work: Work, signature_id: UUID, patience: float | None = None) -> Steps[bool]:
    """Whether the signature's final PDF is sealed by now; if not, the worklist tries it again."""
    pending = _pending(work, signature_id)
    if pending is None:
        return work.session.get(Seal, signature_id) is not None
    _put_off(pending, work.now)
    signature = work.session.get_one(Signature, signature_id)
    order = final_documents.order(signature, signing_log.entries(work, signature.document_id))
    try:
        final = yield partial(_in_turn, order, patience)
    except NotItsTurn:
        _make_due(work, signature_id)
        return False
    except Exception as error:
        log.error("a document could not be sealed; it is tried again", signature=str(signature_id), exc_info=error)
        return False
    _keep(work, signature_id, final)
    return True


def _in_turn(order: Order, patience: float | None) -> Final:
    """Raises NotItsTurn where that has not come within so many seconds."""
    if not _places.acquire(timeout=patience):
        raise NotItsTurn
    try:
        return order.carry_out()
    finally:
        _places.release()


def _pending(work: Work, signature_id: UUID) -> PendingSeal | None:
    """Locked; None where the seal is there, or somebody else is about it."""
    wanted = select(PendingSeal).where(PendingSeal.signature_id == signature_id)
    return work.session.scalar(wanted.with_for_update(skip_locked=True))


def _put_off(pending: PendingSeal, now: datetime) -> None:
    """When it is tried again should this process end, or the timestamp authority not answer."""
    pending.attempts += 1
    pending.due_at = now + min(timedelta(minutes=2**pending.attempts), LONGEST_PAUSE)


def _make_due(work: Work, signature_id: UUID) -> None:
    """Has the worklist make it next: nothing has failed that a pause would mend."""
    pending = _pending(work, signature_id)
    if pending:
        pending.due_at = work.now


def _keep(work: Work, signature_id: UUID, final: Final) -> None:
    """The seal, once: whoever comes second to it leaves what is there."""
    wanted = select(PendingSeal).where(PendingSeal.signature_id == signature_id)
    pending = work.session.scalar(wanted.with_for_update())
    if pending is None:
        return
    signature = work.session.get_one(Signature, signature_id)
    now = work.now
    work.session.add(_row(signature, final, now))
    work.session.delete(pending)
    document = _show(work, signature, final, now)
    signing_log.record(
        work,
        signature.document_id,
        "sealed",
        signature=str(signature.id),
        document_sha256=final.document.sha256,
        level=final.level,
        sealed_by=final.sealed_by,
        certificate_sha256=final.certificate_sha256,
        **({"timestamped_by": final.timestamped_by} if final.timestamped_by else {}),
    )
    work.announce(_signed(signature, final, document))


def _row(signature: Signature, final: Final, now: datetime) -> Seal:
    return Seal(
        signature_id=signature.id,
        company_id=signature.company_id,
        sealed_at=now,
        document=final.document.model_dump(mode="json"),
        sha256=final.document.sha256,
        level=final.level,
        sealed_by=final.sealed_by,
        certificate_sha256=final.certificate_sha256,
        timestamped_by=final.timestamped_by,
    )


def _show(work: Work, signature: Signature, final: Final, now: datetime) -> Proposal | ForeignDocument:
    """The final PDF takes the place of what was shown, unless the signature was voided meanwhile."""
    document = _document(work, signature)
    if document.signature_id == signature.id:
        document.take_sealed(final.document, now)
    return document


def _document(work: Work, signature: Signature) -> Proposal | ForeignDocument:
    """What was signed, locked and as it is now."""
    if signature.kind == "proposal":
        return work.session.get_one(Proposal, signature.document_id, with_for_update=True)
    return work.session.get_one(ForeignDocument, signature.document_id, with_for_update=True)


def _signed(signature: Signature, final: Final, document: Proposal | ForeignDocument) -> DocumentSigned:
    return DocumentSigned(
        company_id=signature.company_id,
        version=signature.document_version,
        kind=signature.kind,
        document_id=signature.document_id,
        branch_id=signature.branch_id,
        customer_id=signature.customer_id,
        signature_id=signature.id,
        contact_id=signature.contact_id,
        signed_by=signature.signed_by,
        signed_at=signature.signed_at,
        document=final.document,
        proposal=_proposal(signature, document) if isinstance(document, Proposal) else None,
    )


def _proposal(signature: Signature, proposal: Proposal) -> SignedProposal:
    return SignedProposal(
        number=signature.number,
        title=signature.title,
        kind=proposal.kind,
        property=proposal.at_property(),
        total=Money(amount=signature.total, currency=signature.currency),
    )
