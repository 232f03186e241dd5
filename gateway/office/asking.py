"""Quotes that the office writes down for a customer, and what it learns of one before it is answered."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import quotes as issuing
from gateway.office.choosing import Sought, choose_property
from gateway.office.entry import QuotesWriter
from gateway.office.sending import Rejected, Typed, problems, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.formats import plain_amount, read_amount
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor, every
from services.contracts.errors import DomainError
from services.contracts.identity.contacts import ListContacts
from services.contracts.identity.customers import GetProperty
from services.contracts.proposals.quotes import ChangeQuote, GetQuote, QuoteView
from services.contracts.snapshots import PropertySnapshot

router = APIRouter()

_PATH = "/office/quotes"
_ONE = _PATH + "/{quote_id:uuid}"
CURRENCY = "USD"
SENTENCES = {
    "description": "Say in at most 10,000 characters what is asked for.",
    "price_estimate": "Enter an amount such as 1,200.00, or nothing.",
    "contact_id": "Choose the contact.",
}
_FIELDS = {name: name for name in SENTENCES}


@router.get(f"{_PATH}/new")
async def write(
    request: Request,
    member: QuotesWriter,
    property: UUID | None = None,  # noqa: A002  # the address's own word
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form of a new quote, once its property is chosen."""
    if property is None:
        return await choose_property(request, member, "quotes", "New quote", search, cursor)
    return await _new(request, member, property, Form())


@router.post(f"{_PATH}/new")
async def add(request: Request, member: QuotesWriter, property: UUID) -> Response:  # noqa: A002
    """Keeps it; it is the contact's own where one is chosen."""
    typed = await typed_in(request)
    told = {"property_id": property, "contact_id": typed["contact_id"] or None}
    try:
        draft = issuing.NewOfficeQuote.model_validate({**told, **_said(typed, nothing=None)})
        new_id = command_id(member, typed.path, typed.values)
        made = await member.ask(await issuing.quote(member, draft, new_id))
    except ValidationError as error:
        return await _new(request, member, property, wrong(typed.values, problems(error, SENTENCES)), 422)
    except DomainError as error:
        again, status = refused(typed.values, error, _FIELDS), problem_of(error).status_code
        return await _new(request, member, property, again, status)
    return done(f"{_PATH}/{made.id}", "added")


@router.get(f"{_ONE}/edit")
async def edit(request: Request, member: QuotesWriter, quote_id: UUID) -> Response:
    """The form of an open quote."""
    found = await member.ask(GetQuote(quote_id=quote_id))
    estimate = plain_amount(found.price_estimate) if found.price_estimate else ""
    return _form(
        request, member, found.property, Form({"description": found.description, "price_estimate": estimate}), found
    )


@router.post(f"{_ONE}/edit")
async def save(request: Request, member: QuotesWriter, quote_id: UUID) -> Response:
    """Keeps what is asked for; once it is answered, it stays."""
    typed = await typed_in(request)
    told = {"quote_id": quote_id, **_said(typed, nothing="unset")}
    outcome = await send(member, typed, lambda new_id: ChangeQuote.model_validate({"id": new_id, **told}), SENTENCES)
    if isinstance(outcome, Rejected):
        found = await member.ask(GetQuote(quote_id=quote_id))
        return _form(request, member, found.property, outcome.form, found, status=outcome.status)
    return done(f"{_PATH}/{quote_id}", "saved")


def _said(typed: Typed, *, nothing: str | None) -> dict[str, Any]:
    """What the form says; an estimate that is no amount is left to be found wrong."""
    text = typed["price_estimate"].strip()
    estimate = (read_amount(text, CURRENCY) or text) if text else nothing
    return {"description": typed["description"], "price_estimate": estimate}


async def _new(request: Request, member: Caller, property_id: UUID, form: Form, status: int = 200) -> Response:
    place = await member.ask(GetProperty(property_id=property_id))
    contacts = await every(member, ListContacts(customer_id=place.customer.id))
    options = [(each.id, each.name) for each in contacts]
    return _form(request, member, place.snapshot(), form, contacts=options, status=status)


def _form(
    request: Request,
    member: Caller,
    place: PropertySnapshot,
    form: Form,
    editing: QuoteView | None = None,
    *,
    contacts: list[tuple[UUID, str]] | None = None,
    status: int = 200,
) -> Response:
    template = "office/quotes/form.html"
    told = {"place": place, "form": form, "editing": editing, "contacts": contacts}
    return show(request, member, template, status, here="quotes", **told)
