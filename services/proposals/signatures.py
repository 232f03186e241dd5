"""Signatures: a contact accepts a document, once, exactly as it was shown, and the evidence of it is kept.

Proposals and the documents of other services go the same way: what differs is who may sign and what is chosen.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, conflict, forbidden, invalid
from services.contracts.money import Money
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.signing import DocumentKind, SignatureView, SignDocument, SignProposal
from services.proposals import foreign_documents, marks, proposals, rules, seals, signing_log, signing_rules
from services.proposals.models import OfferedService, Proposal
from services.proposals.signing_models import ForeignDocument, PendingSeal, Signature

SEALED_WITHIN = timedelta(minutes=1)
"""When the worklist takes over a seal whose command has not come to its end."""


def sign(work: Work, command: SignProposal) -> Steps[SignatureView]:
    """Accepts a proposal exactly as the named document shows it; of two signers the first is the only one."""
    return (yield from _sign(work, command, lambda: _accept_proposal(work, command)))


def sign_document(work: Work, command: SignDocument) -> Steps[SignatureView]:
    """Likewise a document that another service drew."""
    return (yield from _sign(work, command, lambda: _accept_document(work, command)))


def _sign(work: Work, command: SignProposal | SignDocument, accept: Callable[[], Signature]) -> Steps[SignatureView]:
    """Takes the signature in one transaction, then seals; a seal that fails is tried again and loses no signature."""
    signature = work.session.get(Signature, command.id) or accept()
    answer = _view(signature)
    sealed = yield from seals.seal_at_once(work, answer.id)
    return answer.model_copy(update={"sealed": sealed})


def _accept_proposal(work: Work, command: SignProposal) -> Signature:
    signer = _signer(work)
    proposal = proposals.to_answer(work, signer, command.proposal_id)
    services = proposals.services_of(work, proposal)
    _take_as_shown(signer, proposal, services)
    refusal = rules.refusal_to_sign(signer, proposal.standing(), work.today(proposal.time_zone))
    _require_agreement(refusal, proposal, command)
    chosen = rules.chosen(services, command.optional_service_ids)
    signature = _evidence(work, signer, "proposal", proposal, command)
    signature.property_role = signer.role_at(proposal.property_id)
    _choose(signature, services, chosen)
    proposal.accept(signature, rules.tax(services, command.optional_service_ids))
    _keep(work, signature)
    work.announce(_signed(proposal, signature))
    return signature


def _accept_document(work: Work, command: SignDocument) -> Signature:
    signer = _signer(work)
    document = foreign_documents.visible(work, signer, command.document_id, lock=True)
    refusal = signing_rules.refusal_to_sign(signer, document.standing(), work.today(document.time_zone))
    _require_agreement(refusal, document, command)
    signature = _evidence(work, signer, document.kind, document, command)
    signature.chosen, signature.total, signature.currency = [], document.total, document.currency
    document.accept(signature)
    _keep(work, signature)
    return signature


def _signer(work: Work) -> Principal:
    signer = work.principal
    if signer.kind != "contact" or signer.portal is None:
        raise forbidden("Only a contact of the customer can sign.")
    return signer


def _take_as_shown(signer: Principal, proposal: Proposal, services: Sequence[OfferedService]) -> None:
    """What is signed is what the signer is shown, also where the portal's settings have changed since delivery."""
    changed = proposals.shown_anew(signer, proposal, services)
    if changed:
        proposal.show(*changed)


def _require_agreement(
    refusal: DomainError | None, document: Proposal | ForeignDocument, command: SignProposal | SignDocument
) -> None:
    if refusal:
        raise refusal
    if command.document_sha256 != document.shown_document().sha256:
        what = "proposal" if isinstance(command, SignProposal) else "agreement"
        raise conflict(f"The {what} has changed since it was shown to you.", reason="document_changed")
    if command.consent_version != rules.CONSENT.version:
        raise invalid("The consent has changed: read it again.", field="consent_version", reason="consent_version")
    for field, typed in (("name", command.name), ("signature", command.signature.typed)):
        if typed is not None and not signing_rules.is_legible(typed):
            raise invalid("Enter your name in letters that can be read.", field=field)
    if command.signature.drawn is not None:
        marks.drawing(command.signature.drawn)


def _evidence(
    work: Work,
    signer: Principal,
    kind: DocumentKind,
    document: Proposal | ForeignDocument,
    command: SignProposal | SignDocument,
) -> Signature:
    """All that is known of the act itself; what was chosen and in which role are added to it."""
    assert signer.portal is not None
    mark = command.signature
    return Signature(
        id=command.id,
        company_id=document.company_id,
        kind=kind,
        document_id=document.id,
        document_version=document.version,
        number=document.number,
        title=document.title,
        branch_id=document.branch_id,
        customer_id=document.customer_id,
        portal_name=signer.portal.name,
        signed_at=work.now,
        time_zone=document.time_zone,
        signed_by=command.name,
        contact_id=signer.id,
        contact_name=signer.name,
        contact_email=signer.email,
        authentication=signer.authenticated_by or "session",
        session_id=signer.session_id,
        ip=command.client.ip,
        user_agent=command.client.user_agent,
        consent_version=rules.CONSENT.version,
        consent_text=rules.CONSENT.text,
        mark_kind="typed" if mark.typed is not None else "drawn",
        mark=mark.typed if mark.typed is not None else mark.drawn,
        shown_sha256=command.document_sha256,
        shown_document=document.document,
    )


def _choose(signature: Signature, services: Sequence[OfferedService], chosen: Sequence[OfferedService]) -> None:
    for service in chosen:
        service.selected = True
    signature.chosen = [
        {"id": str(service.id), "name": service.name, "total": service.money().model_dump()} for service in chosen
    ]
    signature.total = rules.total(services, [service.id for service in chosen])
    signature.currency = services[0].currency


def _keep(work: Work, signature: Signature) -> None:
    """The evidence, what the log says of it, and the seal that is owed."""
    work.session.add(signature)
    work.session.flush()
    signing_log.record(work, signature.document_id, "consented", consent_version=signature.consent_version)
    signing_log.record(
        work,
        signature.document_id,
        "signed",
        signature=str(signature.id),
        name=signature.signed_by,
        document_sha256=signature.shown_sha256,
        total=f"{signature.total} {signature.currency}",
        ip=signature.ip,
    )
    due_at = signature.signed_at + SEALED_WITHIN
    pending = PendingSeal(signature_id=signature.id, company_id=signature.company_id, due_at=due_at, attempts=0)
    work.session.add(pending)


def _view(signature: Signature) -> SignatureView:
    return SignatureView(
        id=signature.id,
        proposal_id=signature.document_id if signature.kind == "proposal" else None,
        document_id=signature.document_id,
        kind=signature.kind,
        signed_at=signature.signed_at,
        signed_by=signature.signed_by,
        total=Money(amount=signature.total, currency=signature.currency),
        document_sha256=signature.shown_sha256,
    )


def _signed(proposal: Proposal, signature: Signature) -> ProposalSigned:
    return ProposalSigned(
        company_id=proposal.company_id,
        version=proposal.version,
        proposal_id=proposal.id,
        number=proposal.number,
        title=proposal.title,
        kind=proposal.kind,
        branch_id=proposal.branch_id,
        property=proposal.at_property(),
        sales_rep_id=proposal.by_sales_rep().id,
        signed_by=signature.signed_by,
        signed_at=signature.signed_at,
        total=proposal.money(),
        customer_id=proposal.customer_id,
        contact_id=signature.contact_id,
        revision=proposal.revision,
    )
