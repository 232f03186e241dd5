"""Proposals: drafted, delivered and moved by the office; read by the customer once they are delivered."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, cast, select, tuple_

from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, not_found
from services.contracts.files import FileView
from services.contracts.messages import Page, new_id
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import (
    CreateProposal,
    DeliverProposal,
    GetProposal,
    GetProposalPdf,
    ListProposals,
    MoveProposal,
    ProposalSummary,
    ProposalView,
    ServiceOffer,
)
from services.proposals import documents, rules, views
from services.proposals.models import OfferedService, Proposal

# Writing


def create(work: Work, command: CreateProposal) -> ProposalView:
    """Drafts a proposal; customers do not see it yet."""
    writer = _writer(work)
    currency = rules.checked_currency(command.kind, command.services)
    services = [
        _offered(work, command.id, position, offer, currency) for position, offer in enumerate(command.services)
    ]
    proposal = _draft(work, command, currency, rules.total(services))
    work.session.add(proposal)
    work.session.flush()
    work.session.add_all(services)
    return _view(work, writer, proposal, services)


def deliver(work: Work, command: DeliverProposal) -> ProposalView:
    """Fixes the PDF of a draft and shows it to the customer."""
    writer = _writer(work)
    proposal = visible(work, writer, command.proposal_id, lock=True)
    proposal.require_move("delivered")
    services = services_of(work, proposal)
    now = work.now
    content = documents.content(proposal, services, now, command)
    proposal.deliver(now, content, documents.keep_delivered(proposal, content, now))
    return _view(work, writer, proposal, services)


def move(work: Work, command: MoveProposal) -> ProposalView:
    """Brings a proposal to another office status, along the table of moves."""
    writer = _writer(work)
    proposal = visible(work, writer, command.proposal_id, lock=True)
    proposal.move(command.to)
    return _view(work, writer, proposal, services_of(work, proposal))


# Reading


def find(work: Work, query: GetProposal) -> ProposalView:
    """One proposal, where the principal sees it."""
    reader = work.principal
    proposal = visible(work, reader, query.proposal_id)
    return _view(work, reader, proposal, services_of(work, proposal))


def find_pdf(work: Work, query: GetProposalPdf) -> FileView:
    """Where the PDF that is shown now lies, where the principal sees the proposal."""
    reader = work.principal
    proposal = visible(work, reader, query.proposal_id)
    return shown_document(reader, proposal, services_of(work, proposal))


def page(work: Work, query: ListProposals) -> Page[ProposalSummary]:
    """The proposals that the principal sees, newest first."""
    reader = work.principal
    if rules.is_switched_off(reader):
        raise not_found("There are no proposals in this portal.", reason="section_off")
    if not rules.may_list(reader) or (query.signed is not None and reader.kind == "contact"):
        raise forbidden()
    found = select(Proposal).where(*_wanted(work, reader, query))
    if query.cursor:
        found = found.where(tuple_(Proposal.listed_at, Proposal.id) < cursors.position(query.cursor, datetime))
    newest = found.order_by(Proposal.listed_at.desc(), Proposal.id.desc()).limit(query.limit + 1)
    rows = list(work.session.scalars(newest))
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(
        items=[views.summary(reader, each, work.today(each.time_zone)) for each in shown],
        next_cursor=cursors.after(shown[-1].listed_at, shown[-1].id) if more else None,
    )


# What signing needs as well


def visible(work: Work, principal: Principal, proposal_id: UUID, *, lock: bool = False) -> Proposal:
    """The proposal, locked if it is to change; not_found where the principal does not see it."""
    wanted = select(Proposal).where(Proposal.company_id == work.company_id, Proposal.id == proposal_id)
    proposal = work.session.scalar(wanted.with_for_update() if lock else wanted)
    if proposal is None or not rules.sees(principal, proposal.standing()):
        raise not_found()
    return proposal


def shown_document(reader: Principal, proposal: Proposal, services: Sequence[OfferedService]) -> FileView:
    """The PDF as this reader is shown it: once signed for good, before under the portal's settings as they are now."""
    changed = shown_anew(reader, proposal, services)
    return changed[1] if changed else proposal.shown_document()


def shown_anew(
    reader: Principal, proposal: Proposal, services: Sequence[OfferedService]
) -> tuple[documents.Content, FileView] | None:
    """What that PDF says, and the PDF, where it is not the one that was delivered."""
    if reader.portal is None or proposal.signed_at or proposal.content is None or proposal.delivered_at is None:
        return None
    content = documents.content_in(reader.portal.settings, proposal, services)
    if content == proposal.content:
        return None
    return content, documents.keep_delivered(proposal, content, proposal.delivered_at)


def services_of(work: Work, proposal: Proposal) -> list[OfferedService]:
    """Its services, in order."""
    wanted = select(OfferedService).where(
        OfferedService.company_id == proposal.company_id, OfferedService.proposal_id == proposal.id
    )
    return list(work.session.scalars(wanted.order_by(OfferedService.position)))


def _writer(work: Work) -> Principal:
    writer = work.principal
    if not rules.may_write(writer):
        raise forbidden()
    return writer


def _view(work: Work, principal: Principal, proposal: Proposal, services: Sequence[OfferedService]) -> ProposalView:
    document = shown_document(principal, proposal, services) if proposal.document else None
    return views.full(principal, proposal, services, document, work.today(proposal.time_zone))


def _wanted(work: Work, reader: Principal, query: ListProposals) -> Iterator[ColumnElement[bool]]:
    yield Proposal.company_id == work.company_id
    if reader.kind == "contact":
        yield from _delivered_to(reader, query.property_ids)
    elif query.property_ids:
        yield _at(query.property_ids)
    if query.status != "all":
        yield Proposal.portal_status == query.status
    if query.signed is not None:
        yield Proposal.signed_at.is_not(None) if query.signed else Proposal.signed_at.is_(None)


def _delivered_to(contact: Principal, property_ids: Sequence[UUID]) -> Iterator[ColumnElement[bool]]:
    """What `rules.sees` says of a contact, as SQL; narrowed to some properties, none chosen being all of them."""
    assert contact.portal is not None
    yield Proposal.customer_id == contact.customer_id
    yield Proposal.branch_id == contact.portal.branch_id
    yield Proposal.office_status != "draft"
    mine = permissions.property_ids(contact, "proposals.view")
    yield _at([each for each in mine if each in set(property_ids)] if property_ids else mine)


def _at(property_ids: Sequence[UUID]) -> ColumnElement[bool]:
    return Proposal.property_id == any_(cast(list(property_ids), ARRAY(Uuid)))


def _draft(work: Work, command: CreateProposal, currency: str, total: int) -> Proposal:
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
        currency=currency,
        total=total,
        expires_on=command.expires_on,
        office_status="draft",
        created_at=work.now,
        version=1,
    )


def _offered(work: Work, proposal_id: UUID, position: int, offer: ServiceOffer, currency: str) -> OfferedService:
    return OfferedService(
        id=new_id(),
        company_id=work.company_id,
        proposal_id=proposal_id,
        position=position,
        name=offer.name,
        description=offer.description,
        optional=offer.optional,
        selected=not offer.optional,
        lines=[line.model_dump(mode="json") for line in offer.lines],
        total=rules.service_total(offer.lines),
        currency=currency,
    )
