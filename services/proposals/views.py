"""What each kind of principal is shown of a proposal."""

from collections.abc import Sequence
from datetime import date

from services.contracts import permissions
from services.contracts.files import FileView
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import ProposalSummary, ProposalView, ServiceContactView, ServiceView
from services.contracts.proposals.signing import ElectronicSignatureView
from services.proposals import rules
from services.proposals.models import OfferedService, Proposal


def full(
    principal: Principal,
    proposal: Proposal,
    services: Sequence[OfferedService],
    document: FileView | None,
    today: date,
) -> ProposalView:
    """The proposal as a page shows it; `document` is the PDF beside it, `today` the branch's date."""
    refusal = rules.refusal_to_sign(principal, proposal.standing(), today)
    return ProposalView(
        **summary(principal, proposal, today).model_dump(),
        customer=proposal.to_customer(),
        services=[_service(principal, each) for each in services if not each.optional],
        optional_services=[_service(principal, each) for each in services if each.optional],
        service_contact=_service_contact(principal, proposal),
        document_sha256=document.sha256 if document else None,
        consent=rules.CONSENT,
        not_signable_because=refusal.message if refusal else None,
    )


def summary(principal: Principal, proposal: Proposal, today: date) -> ProposalSummary:
    """The proposal as a list shows it; `today` is the branch's date."""
    standing = proposal.standing()
    return ProposalSummary(
        id=proposal.id,
        number=proposal.number,
        title=proposal.title,
        kind=proposal.kind,
        status=rules.portal_status(standing.office_status, standing.signed),
        office_status=proposal.office_status if permissions.in_office(principal) else None,
        property=proposal.at_property(),
        total=proposal.money(),
        delivered_at=proposal.delivered_at,
        expires_on=proposal.expires_on,
        electronic_signature=_electronic_signature(proposal),
        signable=rules.refusal_to_sign(principal, standing, today) is None,
    )


def _electronic_signature(proposal: Proposal) -> ElectronicSignatureView | None:
    if proposal.signed_at is None or proposal.signed_by is None:
        return None
    return ElectronicSignatureView(signed_at=proposal.signed_at, signed_by=proposal.signed_by)


def _service(principal: Principal, service: OfferedService) -> ServiceView:
    itemised = principal.portal is None or principal.portal.settings.line_item_detail
    return ServiceView(
        id=service.id,
        name=service.name,
        description=service.description,
        total=service.money(),
        lines=service.priced_lines() if itemised else None,
        selected=service.selected,
    )


def _service_contact(principal: Principal, proposal: Proposal) -> ServiceContactView:
    person = proposal.by_sales_rep()
    shown = principal.portal is None or principal.portal.settings.show_service_contact_phone
    return ServiceContactView(name=person.name, email=person.email, phone=person.phone if shown else None)
