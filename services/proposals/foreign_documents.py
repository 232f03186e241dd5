"""Documents that other services draw: registered when they can be signed, withdrawn when they no longer can."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.billing.finance import AgreementReadyToSign, AgreementWithdrawn
from services.contracts.errors import not_found
from services.contracts.principals import Principal
from services.contracts.proposals.signing import ElectronicSignatureView, GetSignableDocument, SignableDocumentView
from services.proposals import rules, signing_log, signing_rules
from services.proposals.signing_models import ForeignDocument


def register_agreement(work: Work, event: AgreementReadyToSign) -> None:
    """An agreement can be signed from now on; news that came after newer ones changes nothing."""
    if _known(work, event.agreement_id):
        return
    work.session.add(
        ForeignDocument(
            id=event.agreement_id,
            company_id=work.company_id,
            kind="finance_agreement",
            number=event.number,
            title=event.title,
            branch_id=event.branch_id,
            time_zone=event.time_zone,
            customer_id=event.customer.id,
            total=event.total.amount,
            currency=event.total.currency,
            expires_on=event.expires_on,
            document=event.document.model_dump(mode="json"),
            version=event.version,
        )
    )
    signing_log.record(work, event.agreement_id, "delivered", document_sha256=event.document.sha256)


def withdraw_agreement(work: Work, event: AgreementWithdrawn) -> None:
    """An agreement can be signed no more, and the signature that it may have had no longer stands."""
    document = _known(work, event.agreement_id)
    if document is None:
        # It comes again: the news that it is there, which was announced first, has not arrived yet.
        raise not_found("The agreement is not known here yet.")
    if event.version <= document.version:
        return
    if document.signature_id:
        signing_log.record(work, document.id, "voided", signature=str(document.signature_id), reason="withdrawn")
    signing_log.record(work, document.id, "withdrawn")
    document.withdraw(work.now, event.version)


def find(work: Work, query: GetSignableDocument) -> SignableDocumentView:
    """A document as this principal may sign it."""
    reader = work.principal
    document = visible(work, reader, query.document_id)
    refusal = signing_rules.refusal_to_sign(reader, document.standing(), work.today(document.time_zone))
    return SignableDocumentView(
        id=document.id,
        kind=document.kind,
        number=document.number,
        title=document.title,
        total=document.money(),
        document_sha256=document.shown_document().sha256,
        consent=rules.CONSENT,
        electronic_signature=_electronic_signature(document),
        signable=refusal is None,
        not_signable_because=refusal.message if refusal else None,
    )


def visible(work: Work, principal: Principal, document_id: UUID, *, lock: bool = False) -> ForeignDocument:
    """The document, locked if it is to be signed; not_found where the principal does not see it."""
    document = _known(work, document_id, lock=lock)
    if document is None or not signing_rules.sees(principal, document.standing()):
        raise not_found()
    return document


def _known(work: Work, document_id: UUID, *, lock: bool = True) -> ForeignDocument | None:
    wanted = select(ForeignDocument).where(
        ForeignDocument.company_id == work.company_id, ForeignDocument.id == document_id
    )
    return work.session.scalar(wanted.with_for_update() if lock else wanted)


def _electronic_signature(document: ForeignDocument) -> ElectronicSignatureView | None:
    if document.signed_at is None or document.signed_by is None:
        return None
    return ElectronicSignatureView(
        signed_at=document.signed_at, signed_by=document.signed_by, sealed_at=document.sealed_at
    )
