"""Drafts: what the office writes before a customer sees it, and changes until then."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.errors import conflict, invalid
from services.contracts.messages import new_id
from services.contracts.proposals.proposals import ChangeProposal, CreateProposal, ProposalView, ServiceOffer
from services.proposals import proposals, rules
from services.proposals.models import OfferedService, Proposal
from services.proposals.quote_models import Quote


def create(work: Work, command: CreateProposal) -> ProposalView:
    """Drafts a proposal; customers do not see it yet."""
    writer = proposals.writer(work)
    _check_quote(work, command)
    proposal = add(work, command)
    return proposals.view(work, writer, proposal)


def add(work: Work, command: CreateProposal) -> Proposal:
    """The draft that a command describes."""
    proposal = _draft(work, command)
    work.session.add(proposal)
    work.session.flush()
    _offer(work, proposal, command.services)
    if command.changes_proposal_id:
        _change_another(work, proposal, command.changes_proposal_id)
    return proposal


def change(work: Work, command: ChangeProposal) -> ProposalView:
    """Changes a draft; what customers have seen is taken back first, by a reset."""
    writer = proposals.writer(work)
    proposal = proposals.visible(work, writer, command.proposal_id, lock=True)
    if proposal.office_status != "draft":
        raise conflict(
            "Only a draft can be changed: reset the proposal first.",
            reason="not_draft",
            office_status=proposal.office_status,
        )
    proposal.kind = command.kind or proposal.kind
    proposal.title = command.title or proposal.title
    if command.sales_rep:
        proposal.sales_rep = command.sales_rep.model_dump(mode="json")
    if command.expires_on is not None:
        proposal.expires_on = None if command.expires_on == "unset" else command.expires_on
    _change_services(work, proposal, command.services)
    _change_link(work, proposal, command)
    proposal.version += 1
    return proposals.view(work, writer, proposal)


def _change_services(work: Work, proposal: Proposal, offers: Sequence[ServiceOffer] | None) -> None:
    """Replaces the services; also those that stay are looked at again, for the kind may have changed."""
    kept = proposals.services_of(work, proposal)
    if offers is None:
        rules.checked_currency(proposal.kind, [_as_offered(each) for each in kept])
        return
    for each in kept:
        work.session.delete(each)
    work.session.flush()
    _offer(work, proposal, offers)


def _change_link(work: Work, proposal: Proposal, command: ChangeProposal) -> None:
    """What a change order changes; another kind changes nothing."""
    if proposal.kind != "change_order" and not isinstance(command.changes_proposal_id, UUID):
        proposal.changes_proposal_id = None
    elif isinstance(command.changes_proposal_id, UUID):
        _change_another(work, proposal, command.changes_proposal_id)
    elif command.changes_proposal_id == "unset":
        proposal.changes_proposal_id = None


def _change_another(work: Work, proposal: Proposal, changed_id: UUID) -> None:
    """Links a change order to what it changes: something that its customer has been shown for the same property."""
    if proposal.kind != "change_order":
        raise invalid("Only a change order changes another proposal.", field="changes_proposal_id")
    changed = work.session.get(Proposal, changed_id)
    if changed is None or changed.id == proposal.id or changed.property_id != proposal.property_id:
        raise invalid("A change order changes a proposal for the same property.", field="changes_proposal_id")
    if changed.customer_id != proposal.customer_id:
        raise invalid("A change order changes a proposal of the same customer.", field="changes_proposal_id")
    if changed.office_status in ("draft", "lost"):
        raise invalid("A change order changes what was delivered and not lost.", field="changes_proposal_id")
    proposal.changes_proposal_id = changed.id


def _check_quote(work: Work, command: CreateProposal) -> None:
    """A proposal answers only a quote for the same property of the same customer."""
    if command.quote_id is None:
        return
    quote = work.session.get(Quote, command.quote_id)
    place = (command.customer.id, command.property.id)
    if quote is None or (quote.customer_id, quote.property_id) != place:
        raise invalid("A proposal answers a quote for the same property.", field="quote_id")
    if quote.status != "finalized":
        raise invalid("Finalize the quote first: that makes its first proposal.", field="quote_id")


def _draft(work: Work, command: CreateProposal) -> Proposal:
    return Proposal(
        id=command.id,
        company_id=work.company_id,
        number=next_number(work, "PRO", command.time_zone),
        kind=command.kind,
        title=command.title,
        branch_id=command.branch_id,
        time_zone=command.time_zone,
        customer_id=command.customer.id,
        property_id=command.property.id,
        customer=command.customer.model_dump(mode="json"),
        property=command.property.model_dump(mode="json"),
        sales_rep=command.sales_rep.model_dump(mode="json"),
        currency=rules.checked_currency(command.kind, command.services),
        total=0,
        tax=0,
        expires_on=command.expires_on,
        office_status="draft",
        created_at=work.now,
        quote_id=command.quote_id,
        revision=1,
        version=1,
    )


def _offer(work: Work, proposal: Proposal, offers: Sequence[ServiceOffer]) -> None:
    """Keeps the services, and what they come to."""
    proposal.currency = rules.checked_currency(proposal.kind, offers)
    services = [_offered(proposal, position, offer) for position, offer in enumerate(offers)]
    work.session.add_all(services)
    proposal.total, proposal.tax = rules.total(services), rules.tax(services)


def _offered(proposal: Proposal, position: int, offer: ServiceOffer) -> OfferedService:
    return OfferedService(
        id=new_id(),
        company_id=proposal.company_id,
        proposal_id=proposal.id,
        position=position,
        name=offer.name,
        description=offer.description,
        optional=offer.optional,
        selected=not offer.optional,
        lines=[line.model_dump(mode="json") for line in offer.lines],
        total=rules.service_total(offer.lines),
        tax=rules.service_tax(offer.lines),
        currency=proposal.currency,
    )


def _as_offered(service: OfferedService) -> ServiceOffer:
    return ServiceOffer(
        name=service.name,
        description=service.description,
        optional=service.optional,
        lines=service.priced_lines(),
    )
