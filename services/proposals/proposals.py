"""Proposals: delivered and moved by the office; read by the customer once they are delivered."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, cast, select, tuple_

from services.chassis import cursors
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import conflict, forbidden, not_found
from services.contracts.files import FileView
from services.contracts.messages import Page
from services.contracts.principals import Principal
from services.contracts.proposals.events import ProposalDelivered
from services.contracts.proposals.proposals import (
    DeliverProposal,
    GetProposal,
    GetProposalPdf,
    ListProposals,
    MoveProposal,
    ProposalSummary,
    ProposalView,
)
from services.proposals import announcements, documents, rules, signing_log, views
from services.proposals.models import OfferedService, Proposal, WithdrawnRevision

# Writing


def deliver(work: Work, command: DeliverProposal) -> ProposalView:
    """Fixes the PDF of a draft and shows it to the customer."""
    by = writer(work)
    proposal = visible(work, by, command.proposal_id, lock=True)
    proposal.require_move("delivered")
    if proposal.expires_on and work.today(proposal.time_zone) > proposal.expires_on:
        raise conflict("Its last day has passed: give it a later one.", reason="expired", field="expires_on")
    services = services_of(work, proposal)
    now = work.now
    content = documents.content(proposal, services, now, command)
    proposal.deliver(now, content, documents.keep_delivered(proposal, content, now))
    shown = proposal.shown_document().sha256
    signing_log.record(work, proposal.id, "delivered", document_sha256=shown, revision=str(proposal.revision))
    work.announce(ProposalDelivered(**announcements.facts(proposal), delivered_at=now))
    return view(work, by, proposal)


def move(work: Work, command: MoveProposal) -> ProposalView:
    """Brings a proposal to another office status, along the table of moves."""
    by = writer(work)
    proposal = visible(work, by, command.proposal_id, lock=True)
    proposal.move(command.to)
    return view(work, by, proposal)


# Reading


def find(work: Work, query: GetProposal) -> ProposalView:
    """One proposal, where the principal sees it."""
    reader = work.principal
    return view(work, reader, visible(work, reader, query.proposal_id))


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


# What the other use cases need as well


def found(work: Work, proposal_id: UUID, *, lock: bool = False) -> Proposal:
    """The company's proposal, whoever asks, locked if it is to change."""
    wanted = select(Proposal).where(Proposal.company_id == work.company_id, Proposal.id == proposal_id)
    proposal = work.session.scalar(wanted.with_for_update() if lock else wanted)
    if proposal is None:
        raise not_found()
    return proposal


def visible(work: Work, principal: Principal, proposal_id: UUID, *, lock: bool = False) -> Proposal:
    """The proposal, locked if it is to change; not_found where the principal does not see it, or not any more."""
    proposal = found(work, proposal_id, lock=lock)
    if rules.sees(principal, proposal.standing()):
        return proposal
    if rules.saw(principal, proposal.standing()):
        raise not_found(rules.TAKEN_BACK, reason="withdrawn")
    raise not_found()


def to_answer(work: Work, principal: Principal, proposal_id: UUID) -> Proposal:
    """The proposal, locked, that somebody answers who saw it: also where the office has taken it back since."""
    proposal = found(work, proposal_id, lock=True)
    if not rules.sees(principal, proposal.standing()) and not rules.saw(principal, proposal.standing()):
        raise not_found()
    return proposal


def writer(work: Work) -> Principal:
    """Whoever writes proposals; refuses all others."""
    if not rules.may_write(work.principal):
        raise forbidden()
    return work.principal


def view(work: Work, principal: Principal, proposal: Proposal) -> ProposalView:
    """The proposal with all that belongs to it, as the principal sees it."""
    services = services_of(work, proposal)
    document = shown_document(principal, proposal, services) if proposal.document else None
    around = _around(work, principal, proposal)
    return views.full(principal, proposal, services, document, work.today(proposal.time_zone), around)


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


def _around(work: Work, principal: Principal, proposal: Proposal) -> views.Surroundings:
    """What it changes, what changes it and what became of its earlier revisions."""
    changed = work.session.get(Proposal, proposal.changes_proposal_id) if proposal.changes_proposal_id else None
    changing = select(Proposal).where(Proposal.changes_proposal_id == proposal.id).order_by(Proposal.number)
    earlier = select(WithdrawnRevision).where(WithdrawnRevision.proposal_id == proposal.id)
    if not permissions.in_office(principal):
        earlier = earlier.where(WithdrawnRevision.signed_at.is_not(None))
    return views.Surroundings(
        changes=changed if changed and rules.sees(principal, changed.standing()) else None,
        change_orders=[each for each in work.session.scalars(changing) if rules.sees(principal, each.standing())],
        revisions=list(work.session.scalars(earlier.order_by(WithdrawnRevision.revision.desc()))),
    )


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
