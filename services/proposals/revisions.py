"""Revisions: what was delivered is taken back to be changed, and stays as history."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import not_found
from services.contracts.files import FileView
from services.contracts.messages import new_id
from services.contracts.proposals.events import ProposalWithdrawn
from services.contracts.proposals.proposals import GetRevisionPdf, ProposalView, ResetProposal
from services.proposals import announcements, proposals, rules, signing_log
from services.proposals.models import Proposal, Signature, WithdrawnRevision
from services.proposals.signing_models import Seal


def reset(work: Work, command: ResetProposal) -> ProposalView:
    """Delivered back to draft: the signature no longer stands, but it and the document it was put to are kept."""
    writer = proposals.writer(work)
    proposal = proposals.visible(work, writer, command.proposal_id, lock=True)
    proposal.require_move("draft")
    work.session.add(_kept(work, proposal, writer.name))
    signature = work.session.get(Signature, proposal.signature_id) if proposal.signature_id else None
    if signature:
        signing_log.record(work, proposal.id, "voided", signature=str(signature.id), reason="changed")
    signing_log.record(work, proposal.id, "withdrawn", revision=str(proposal.revision))
    proposal.reset()
    _choose_nothing(work, proposal)
    work.announce(
        ProposalWithdrawn(
            **announcements.facts(proposal),
            withdrawn_at=work.now,
            signed_by_id=signature.contact_id if signature else None,
        )
    )
    return proposals.view(work, writer, proposal)


def find_pdf(work: Work, query: GetRevisionPdf) -> FileView:
    """The document of an earlier revision; what a customer signed they can have for good."""
    reader = work.principal
    proposal = proposals.found(work, query.proposal_id)
    standing = proposal.standing()
    if not rules.sees(reader, standing) and not rules.saw(reader, standing):
        raise not_found()
    kept = _of(work, proposal, query.revision)
    if kept is None or (kept.signed_at is None and not permissions.in_office(reader)):
        raise not_found()
    # Its seal may have come after it was taken back.
    sealed = work.session.get(Seal, kept.signature_id) if kept.signature_id else None
    return FileView.model_validate(sealed.document if sealed else kept.document)


def _of(work: Work, proposal: Proposal, revision: int) -> WithdrawnRevision | None:
    wanted = select(WithdrawnRevision).where(
        WithdrawnRevision.proposal_id == proposal.id, WithdrawnRevision.revision == revision
    )
    return work.session.scalar(wanted)


def _choose_nothing(work: Work, proposal: Proposal) -> None:
    """The options are to be chosen afresh, and the total is again that of the required services."""
    services = proposals.services_of(work, proposal)
    for each in services:
        each.selected = not each.optional
    proposal.total, proposal.tax = rules.total(services), rules.tax(services)


def _kept(work: Work, proposal: Proposal, by: str) -> WithdrawnRevision:
    return WithdrawnRevision(
        id=new_id(),
        company_id=proposal.company_id,
        proposal_id=proposal.id,
        revision=proposal.revision,
        delivered_at=proposal.delivered_at,
        total=proposal.total,
        currency=proposal.currency,
        document=proposal.document,
        signature_id=proposal.signature_id,
        signed_at=proposal.signed_at,
        signed_by=proposal.signed_by,
        declined_at=proposal.declined_at,
        declined_by=proposal.declined_by,
        decline_reason=proposal.decline_reason,
        withdrawn_at=work.now,
        withdrawn_by=by,
    )
