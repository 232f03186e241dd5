"""Signatures: a contact accepts a delivered proposal, once, and the evidence of it is kept."""

from collections.abc import Sequence
from datetime import datetime

from services.chassis.work import Work
from services.contracts.errors import conflict, forbidden, invalid
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import ProposalSigned
from services.contracts.proposals.signing import SignatureView, SignProposal
from services.proposals import documents, marks, proposals, rules
from services.proposals.models import OfferedService, Proposal, Signature


def sign(work: Work, command: SignProposal) -> SignatureView:
    """Accepts a proposal exactly as the named document shows it; of two signers the first is the only one."""
    signer = work.principal
    if signer.kind != "contact":
        raise forbidden("Only a contact of the customer can sign.")
    proposal = proposals.to_answer(work, signer, command.proposal_id)
    services = proposals.services_of(work, proposal)
    _take_as_shown(signer, proposal, services)
    _require_agreement(work, signer, proposal, command)
    chosen = rules.chosen(services, command.optional_service_ids)
    signature = _evidence(signer, proposal, command, work.now)
    _choose(signature, services, chosen)
    signature.signed_document = _kept_document(proposal, signature)
    work.session.add(signature)
    proposal.accept(signature, rules.tax(services, command.optional_service_ids))
    work.announce(_signed(proposal, signature))
    return SignatureView(
        id=signature.id,
        proposal_id=proposal.id,
        signed_at=signature.signed_at,
        signed_by=signature.signed_by,
        total=proposal.money(),
        document_sha256=signature.shown_sha256,
    )


def _take_as_shown(signer: Principal, proposal: Proposal, services: Sequence[OfferedService]) -> None:
    """What is signed is what the signer is shown, also where the portal's settings have changed since delivery."""
    changed = proposals.shown_anew(signer, proposal, services)
    if changed:
        proposal.show(*changed)


def _require_agreement(work: Work, signer: Principal, proposal: Proposal, command: SignProposal) -> None:
    refusal = rules.refusal_to_sign(signer, proposal.standing(), work.today(proposal.time_zone))
    if refusal:
        raise refusal
    if command.document_sha256 != proposal.shown_document().sha256:
        raise conflict("The proposal has changed since it was shown to you.", reason="document_changed")
    if command.consent_version != rules.CONSENT.version:
        raise invalid("The consent has changed: read it again.", field="consent_version", reason="consent_version")


def _evidence(signer: Principal, proposal: Proposal, command: SignProposal, now: datetime) -> Signature:
    """All that is known of the act itself; what was chosen and the document are added to it."""
    mark = command.signature
    return Signature(
        id=command.id,
        company_id=proposal.company_id,
        proposal_id=proposal.id,
        proposal_version=proposal.version,
        signed_at=now,
        time_zone=proposal.time_zone,
        signed_by=command.name,
        contact_id=signer.id,
        contact_name=signer.name,
        contact_email=signer.email,
        property_role=signer.role_at(proposal.property_id),
        authentication="password_session",
        session_id=signer.session_id,
        ip=command.client.ip,
        user_agent=command.client.user_agent,
        consent_version=rules.CONSENT.version,
        consent_text=rules.CONSENT.text,
        mark_kind="typed" if mark.typed is not None else "drawn",
        mark=mark.typed if mark.typed is not None else mark.drawn,
        shown_sha256=command.document_sha256,
        shown_document=proposal.document,
    )


def _choose(signature: Signature, services: Sequence[OfferedService], chosen: Sequence[OfferedService]) -> None:
    for service in chosen:
        service.selected = True
    signature.chosen = [
        {"id": str(service.id), "name": service.name, "total": service.money().model_dump()} for service in chosen
    ]
    signature.total = rules.total(services, [service.id for service in chosen])
    signature.currency = services[0].currency


def _kept_document(proposal: Proposal, signature: Signature) -> dict[str, object]:
    drawing = marks.drawing(signature.mark) if signature.mark_kind == "drawn" else None
    return documents.keep_signed(proposal, signature, drawing).model_dump(mode="json")


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
