"""What each kind of principal is shown of a proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts import permissions
from services.contracts.files import FileView
from services.contracts.money import Money
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import (
    DeclineView,
    ProposalLink,
    ProposalSummary,
    ProposalView,
    RevisionView,
    ServiceContactView,
    ServiceView,
)
from services.contracts.proposals.signing import ElectronicSignatureView
from services.proposals import rules
from services.proposals.models import OfferedService, Proposal, WithdrawnRevision


@dataclass(frozen=True)
class Surroundings:
    """What a proposal has to do with, as far as the principal sees it."""

    changes: Proposal | None = None
    change_orders: Sequence[Proposal] = ()
    revisions: Sequence[WithdrawnRevision] = ()


def full(
    principal: Principal,
    proposal: Proposal,
    services: Sequence[OfferedService],
    document: FileView | None,
    today: date,
    around: Surroundings,
) -> ProposalView:
    """The proposal as a page shows it; `document` is the PDF beside it, `today` the branch's date."""
    refusal = rules.refusal_to_sign(principal, proposal.standing(), today)
    total, in_office = proposal.money(), permissions.in_office(principal)
    return ProposalView(
        **summary(principal, proposal, today).model_dump(exclude={"declined"}),
        services=[_service(principal, each) for each in services if not each.optional],
        optional_services=[_service(principal, each) for each in services if each.optional],
        service_contact=_service_contact(principal, proposal),
        document_sha256=document.sha256 if document else None,
        consent=rules.CONSENT,
        not_signable_because=refusal.message if refusal else None,
        subtotal=total.with_amount(proposal.total - proposal.tax),
        tax=total.with_amount(proposal.tax),
        declined=_declined(proposal),
        sales_rep=proposal.by_sales_rep() if in_office else None,
        changes=link(around.changes) if around.changes else None,
        change_orders=[link(each) for each in around.change_orders],
        quote_id=proposal.quote_id if in_office or permissions.may(principal, "quotes.view") else None,
        revisions=[_revision(each, in_office) for each in around.revisions],
    )


def summary(principal: Principal, proposal: Proposal, today: date) -> ProposalSummary:
    """The proposal as a list shows it; `today` is the branch's date."""
    standing = proposal.standing()
    return ProposalSummary(
        id=proposal.id,
        number=proposal.number,
        title=proposal.title,
        kind=proposal.kind,
        status=rules.portal_status(standing.office_status, standing.signed, standing.declined),
        office_status=proposal.office_status if permissions.in_office(principal) else None,
        property=proposal.at_property(),
        total=proposal.money(),
        delivered_at=proposal.delivered_at,
        expires_on=proposal.expires_on,
        electronic_signature=_electronic_signature(proposal),
        signable=rules.refusal_to_sign(principal, standing, today) is None,
        customer=proposal.to_customer(),
        revision=proposal.revision,
        expired=rules.has_expired(standing, today),
        declined=standing.declined,
    )


def link(proposal: Proposal) -> ProposalLink:
    """What another thing says of the proposal."""
    return ProposalLink(id=proposal.id, number=proposal.number, title=proposal.title)


def _revision(revision: WithdrawnRevision, in_office: bool) -> RevisionView:
    return RevisionView(
        revision=revision.revision,
        delivered_at=revision.delivered_at,
        total=Money(amount=revision.total, currency=revision.currency),
        document_sha256=revision.document["sha256"],
        electronic_signature=_electronic_signature(revision),
        declined=_declined(revision),
        withdrawn_at=revision.withdrawn_at,
        withdrawn_by=revision.withdrawn_by if in_office else None,
    )


def _declined(proposal: Proposal | WithdrawnRevision) -> DeclineView | None:
    if proposal.declined_at is None or proposal.declined_by is None or proposal.decline_reason is None:
        return None
    return DeclineView(
        declined_at=proposal.declined_at, declined_by=proposal.declined_by, reason=proposal.decline_reason
    )


def _electronic_signature(proposal: Proposal | WithdrawnRevision) -> ElectronicSignatureView | None:
    if proposal.signed_at is None or proposal.signed_by is None:
        return None
    sealed_at = proposal.sealed_at if isinstance(proposal, Proposal) else None
    return ElectronicSignatureView(signed_at=proposal.signed_at, signed_by=proposal.signed_by, sealed_at=sealed_at)


def _service(principal: Principal, service: OfferedService) -> ServiceView:
    itemised = principal.portal is None or principal.portal.settings.line_item_detail
    return ServiceView(
        id=service.id,
        name=service.name,
        description=service.description,
        total=service.money(),
        lines=service.priced_lines() if itemised else None,
        selected=service.selected,
        tax=service.money().with_amount(service.tax),
    )


def _service_contact(principal: Principal, proposal: Proposal) -> ServiceContactView:
    person = proposal.by_sales_rep()
    shown = principal.portal is None or principal.portal.settings.show_service_contact_phone
    return ServiceContactView(name=person.name, email=person.email, phone=person.phone if shown else None)
