"""Quotes: a customer asks for an offer, the office sees it at once and makes a proposal of it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, cast, or_, select, tuple_

from services.chassis import cursors
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import forbidden, invalid, not_found
from services.contracts.messages import Page, new_id
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import CreateProposal
from services.contracts.proposals.quotes import (
    ChangeQuote,
    CreateQuote,
    FinalizeQuote,
    GetQuote,
    ListQuotes,
    QuoteCreated,
    QuoteFinalized,
    QuoteSummary,
    QuoteView,
)
from services.proposals import drafts, quote_rules, quote_views, rules
from services.proposals.models import Proposal
from services.proposals.quote_models import Quote


def create(work: Work, command: CreateQuote) -> QuoteView:
    """Keeps what is asked for; the office is told at once."""
    asker = work.principal
    _check_asker(asker, command)
    if not quote_rules.is_estimate(command.price_estimate):
        raise invalid("An estimate is more than nothing.", field="price_estimate")
    quote = _new(work, asker, command)
    work.session.add(quote)
    work.session.flush()
    view = _view(work, asker, quote)
    work.announce(
        QuoteCreated(
            company_id=work.company_id,
            version=quote.version,
            quote=view,
            branch_id=quote.branch_id,
            created_by_kind="contact" if asker.kind == "contact" else "staff",
        )
    )
    return view


def change(work: Work, command: ChangeQuote) -> QuoteView:
    """What the office learnt of it after it was asked; once it is answered, it stays as it is."""
    writer = work.principal
    if not quote_rules.may_finalize(writer):
        raise forbidden()
    estimate = None if command.price_estimate == "unset" else command.price_estimate
    if not quote_rules.is_estimate(estimate):
        raise invalid("An estimate is more than nothing.", field="price_estimate")
    quote = _visible(work, writer, command.quote_id, lock=True)
    quote.change(command)
    return _view(work, writer, quote)


def finalize(work: Work, command: FinalizeQuote) -> QuoteView:
    """Settles who sees to it and when, and drafts the proposal that answers it."""
    writer = work.principal
    if not quote_rules.may_finalize(writer) or not rules.may_write(writer):
        raise forbidden()
    quote = _visible(work, writer, command.quote_id, lock=True)
    quote.finalize(command, work.now)
    drafts.add(work, _answer(quote, command))
    view = _view(work, writer, quote)
    work.announce(
        QuoteFinalized(company_id=work.company_id, version=quote.version, quote=view, branch_id=quote.branch_id)
    )
    return view


def find(work: Work, query: GetQuote) -> QuoteView:
    """One quote, where the principal sees it."""
    return _view(work, work.principal, _visible(work, work.principal, query.quote_id))


def page(work: Work, query: ListQuotes) -> Page[QuoteSummary]:
    """The quotes that the principal sees, newest first."""
    reader = work.principal
    if quote_rules.is_switched_off(reader):
        raise not_found("There are no quotes in this portal.", reason="section_off")
    if not quote_rules.may_list(reader):
        raise forbidden()
    found = select(Quote).where(*_wanted(work, reader, query))
    if query.cursor:
        found = found.where(tuple_(Quote.created_at, Quote.id) < cursors.position(query.cursor, datetime))
    newest = found.order_by(Quote.created_at.desc(), Quote.id.desc()).limit(query.limit + 1)
    rows = list(work.session.scalars(newest))
    shown, more = rows[: query.limit], len(rows) > query.limit
    return Page(
        items=[quote_views.summary(each) for each in shown],
        next_cursor=cursors.after(shown[-1].created_at, shown[-1].id) if more else None,
    )


def _check_asker(asker: Principal, command: CreateQuote) -> None:
    """A contact asks for themselves at their own properties, in the portal's own branch; the office for anybody."""
    if asker.kind != "contact":
        if not quote_rules.may_finalize(asker):
            raise forbidden()
        return
    if quote_rules.is_switched_off(asker):
        raise not_found("There are no quotes in this portal.", reason="section_off")
    if not permissions.may(asker, "quotes.create"):
        raise forbidden("You have not been given the right to ask for quotes.")
    elsewhere = asker.portal is None or asker.portal.branch_id != command.branch_id
    if elsewhere or asker.customer_id != command.customer.id:
        raise not_found("There is no such property, or it is not yours.", field="property_id")
    if not permissions.may(asker, "quotes.create", command.property.id):
        raise not_found("There is no such property, or it is not yours.", field="property_id")


def _new(work: Work, asker: Principal, command: CreateQuote) -> Quote:
    estimate = command.price_estimate
    return Quote(
        id=command.id,
        company_id=work.company_id,
        number=next_number(work, "QUO", command.time_zone),
        status="open",
        branch_id=command.branch_id,
        time_zone=command.time_zone,
        customer_id=command.customer.id,
        property_id=command.property.id,
        customer=command.customer.model_dump(mode="json"),
        property=command.property.model_dump(mode="json"),
        contact_id=asker.id if asker.kind == "contact" else command.contact_id,
        created_by=asker.name,
        created_at=work.now,
        description=command.description,
        price_estimate=estimate.amount if estimate else None,
        currency=estimate.currency if estimate else "USD",
        note="",
        version=1,
    )


def _answer(quote: Quote, command: FinalizeQuote) -> CreateProposal:
    """The draft that answers a quote."""
    return CreateProposal(
        id=new_id(),
        kind=command.kind,
        title=command.title or quote_rules.title(quote.description),
        branch_id=quote.branch_id,
        time_zone=quote.time_zone,
        customer=quote.from_customer(),
        property=quote.at_property(),
        sales_rep=command.assigned_to,
        services=quote_rules.offers(command, quote.description, quote.estimate()),
        expires_on=command.expires_on,
        quote_id=quote.id,
    )


def _visible(work: Work, principal: Principal, quote_id: UUID, *, lock: bool = False) -> Quote:
    """The quote, locked if it is to change; not_found where the principal does not see it."""
    wanted = select(Quote).where(Quote.company_id == work.company_id, Quote.id == quote_id)
    quote = work.session.scalar(wanted.with_for_update() if lock else wanted)
    if quote is None or not quote_rules.sees(principal, quote.standing()):
        raise not_found()
    return quote


def _view(work: Work, reader: Principal, quote: Quote) -> QuoteView:
    answers = work.session.scalars(select(Proposal).where(Proposal.quote_id == quote.id).order_by(Proposal.number))
    return quote_views.full(quote, [each for each in answers if rules.sees(reader, each.standing())])


def _wanted(work: Work, reader: Principal, query: ListQuotes) -> Iterator[ColumnElement[bool]]:
    yield Quote.company_id == work.company_id
    if reader.kind == "contact":
        yield from _theirs(reader)
    if query.property_ids:
        yield _at(query.property_ids)
    if query.status != "all":
        yield Quote.status == query.status


def _theirs(contact: Principal) -> Iterator[ColumnElement[bool]]:
    """What `quote_rules.sees` says of a contact, as SQL."""
    assert contact.portal is not None
    yield Quote.customer_id == contact.customer_id
    yield Quote.branch_id == contact.portal.branch_id
    own = Quote.contact_id == contact.id
    may_own = permissions.may(contact, "quotes.view_own")
    everyones = _at(permissions.property_ids(contact, "quotes.view"))
    yield or_(own, everyones) if may_own else everyones


def _at(property_ids: list[UUID]) -> ColumnElement[bool]:
    return Quote.property_id == any_(cast(property_ids, ARRAY(Uuid)))
