"""Quotes: the list, one of them as a page with its photos, and a new one."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.auth import Caller, check_csrf
from gateway.errors import problem_of
from gateway.issuing import quotes as issuing
from gateway.pages import attached
from gateway.pages.addresses import address, see
from gateway.pages.formats import read_amount
from gateway.pages.forms import Form, command_id, invalid, refused, texts, wrong
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Enquirer, entering_quotes, root
from gateway.portal.filter import chosen_by
from gateway.portal.sites import sites
from gateway.uploads import arriving
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.fieldwork.attachments import AttachmentOwner, ListAttachments
from services.contracts.money import Money
from services.contracts.proposals.quotes import CreateQuote, GetQuote, ListQuotes, QuoteView

router = APIRouter()

CURRENCY = "USD"
_ONE = "/{portal}/quotes/{quote_id:uuid}"
_SENTENCES = {"description": "Say in at most 10,000 characters what you have in mind."}
_NO_PROPERTY = "Choose the property."
_NO_AMOUNT = "Enter an amount such as 1,200, or nothing."
_FIELDS = {"price_estimate": "price_estimate", "file": "file"}


@router.get("/{portal}/quotes")
async def quotes(request: Request, visitor: Enquirer, cursor: Cursor = None) -> Response:
    """One page of the list, newest first."""
    found = await visitor.ask(ListQuotes(property_ids=chosen_by(visitor.principal), cursor=cursor))
    first = f"{root(visitor)}/quotes"
    return page(
        request,
        "quotes/list.html",
        here="quotes",
        quotes=found,
        may_ask=permissions.may(visitor.principal, "quotes.create"),
        first=first if cursor else None,
        next=address(first, {"cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.get("/{portal}/quotes/new")
async def write(request: Request, visitor: Enquirer) -> Response:
    """The form of a new quote."""
    if not permissions.may(visitor.principal, "quotes.create"):
        raise forbidden("You have not been given the right to ask for quotes.")
    return await _form(request, visitor, Form())


@router.post("/{portal}/quotes/new")
async def send(request: Request, visitor: Enquirer) -> Response:
    """Asks for the quote with its photos, once however often the form is sent."""
    async with arriving.form_of(request) as form:
        check_csrf(request, form)
        typed = texts(form)
        mistakes = _mistakes(typed)
        if mistakes:
            return await _form(request, visitor, wrong(typed, mistakes), 422)
        try:
            asked = await _ask(request, visitor, form, typed)
        except ValidationError as error:
            return await _form(request, visitor, invalid(typed, error, _SENTENCES), 422)
        except DomainError as error:
            return await _form(request, visitor, refused(typed, error, _FIELDS), problem_of(error).status_code)
    return see(f"{root(visitor)}/quotes/{asked.id}?sent=1")


@router.get(_ONE)
async def show(request: Request, visitor: Enquirer, quote_id: UUID, sent: bool = False) -> Response:
    """One quote; `sent` is said to whoever asked for it just now."""
    found = await visitor.ask(GetQuote(quote_id=quote_id))
    photos = await visitor.ask(ListAttachments(owner=_quote_of(quote_id)))
    return page(
        request,
        "quotes/item.html",
        here="quotes",
        quote=found,
        photos=photos.items,
        just_sent=sent,
        address=f"{root(visitor)}/quotes/{quote_id}",
    )


def _quote_of(quote_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="quote", id=quote_id)


attached.serve(router, _ONE + "/attachments", entering_quotes, _quote_of)


async def _ask(request: Request, visitor: Caller, form: FormData, typed: Mapping[str, str]) -> QuoteView:
    """The quote that the form asks for; its files are checked before."""
    async with arriving.checked(arriving.chosen(form)) as files:
        command = await _command(visitor, typed)
        asked = await visitor.ask(command)
        await attached.attach_all(request, visitor, _quote_of(asked.id), files, command.id, visible=True)
        return asked


def _mistakes(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the fields that are not texts."""
    found = {}
    try:
        UUID(typed.get("property_id", ""))
    except ValueError:
        found["property_id"] = _NO_PROPERTY
    if typed.get("price_estimate", "").strip() and _estimate(typed) is None:
        found["price_estimate"] = _NO_AMOUNT
    return found


def _estimate(typed: Mapping[str, str]) -> Money | None:
    return read_amount(typed.get("price_estimate", ""), CURRENCY)


async def _command(visitor: Caller, typed: Mapping[str, str]) -> CreateQuote:
    """The order that the form gives; raises ValidationError where it does not say enough."""
    draft = issuing.NewQuote(
        property_id=UUID(typed["property_id"]),
        description=typed.get("description", ""),
        price_estimate=_estimate(typed),
    )
    return await issuing.quote(visitor, draft, command_id(visitor, "quote", typed))


async def _form(request: Request, visitor: Caller, form: Form, http_status: int = 200) -> Response:
    choice = await sites(visitor, "quotes.create")
    return page(request, "quotes/new.html", http_status, here="quotes", form=form, sites=choice)
