"""The log of each document, from its delivery to its seal: entries are added, and nothing else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.chassis.work import Work
from services.contracts.principals import Principal
from services.contracts.proposals.signing import SigningEventKind, SigningEventView, SigningHistoryView
from services.proposals import chains
from services.proposals.signing_models import SigningEvent


def record(work: Work, document_id: UUID, kind: SigningEventKind, **details: str) -> SigningEvent:
    """Adds an entry, done by the principal, now. Whoever records of one document waits for each other."""
    work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(document_id), 0))))
    last = _last(work, document_id)
    event = SigningEvent(
        company_id=work.company_id,
        document_id=document_id,
        position=last.position + 1 if last else 1,
        kind=kind,
        at=work.now,
        actor=_named(work.principal),
        details=details,
        previous_sha256=last.sha256 if last else chains.BEGINNING,
    )
    event.sha256 = chains.digest(event)
    work.session.add(event)
    # Entries hang on the one before: the next of this transaction must find this one.
    work.session.flush()
    return event


def entries(work: Work, document_id: UUID) -> Sequence[SigningEvent]:
    """All of a document, oldest first."""
    mine = select(SigningEvent).where(
        SigningEvent.company_id == work.company_id, SigningEvent.document_id == document_id
    )
    return work.session.scalars(mine.order_by(SigningEvent.position)).all()


def history(work: Work, document_id: UUID) -> SigningHistoryView:
    """All of a document as the office is shown it."""
    found = entries(work, document_id)
    return SigningHistoryView(events=[_view(each) for each in found], intact=chains.broken_at(found) is None)


def _last(work: Work, document_id: UUID) -> SigningEvent | None:
    mine = select(SigningEvent).where(
        SigningEvent.company_id == work.company_id, SigningEvent.document_id == document_id
    )
    return work.session.scalars(mine.order_by(SigningEvent.position.desc()).limit(1)).first()


def _named(principal: Principal) -> str:
    """As a person reads it: who, and whether they are the company's."""
    address = f" <{principal.email}>" if principal.email else ""
    suffix = {"staff": " (staff)", "integration": " (API key)"}.get(principal.kind, "")
    return f"{principal.name}{address}{suffix}"


def _view(event: SigningEvent) -> SigningEventView:
    return SigningEventView.model_validate(
        {
            "position": event.position,
            "kind": event.kind,
            "at": event.at,
            "by": event.actor,
            "details": event.details,
            "sha256": event.sha256,
        }
    )
