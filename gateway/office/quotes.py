"""Quotes in the office: what customers ask offers for, and the answers."""

from typing import cast, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import quotes as issuing
from gateway.office.customers import staff_options
from gateway.office.drafting import KINDS, WrongRows
from gateway.office.entry import QuotesReader, QuotesWriter, entering_quotes
from gateway.office.offers import Rows, rows_typed, services_typed
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages import attached
from gateway.pages.addresses import address
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from services.contracts.errors import DomainError
from services.contracts.fieldwork.attachments import AttachmentOwner, ListAttachments
from services.contracts.proposals.quotes import GetQuote, ListQuotes, QuoteStatus, QuoteView

router = APIRouter()

_PATH = "/office/quotes"
_ONE = _PATH + "/{quote_id:uuid}"
_SENTENCES = {
    "title": "Say in at most 200 characters what is offered.",
    "assigned_staff_id": "Choose who sees to it.",
    "scheduled_on": "Choose a day.",
    "expires_on": "Choose a day.",
    "note": "Write at most 10,000 characters.",
    "services": "Name at least one service with a price.",
}
_FIELDS = {name: name for name in _SENTENCES}


@router.get(_PATH)
async def quotes(request: Request, member: QuotesReader, status: str = "all", cursor: Cursor = None) -> Response:
    """One page of the list, newest first."""
    wanted = cast(QuoteStatus, status) if status in get_args(QuoteStatus) else "all"
    return show_list(
        request,
        member,
        "office/quotes/list.html",
        await member.ask(ListQuotes(status=wanted, cursor=cursor)),
        cursor,
        here="quotes",
        status=wanted,
        address=lambda shown: address(_PATH, {"status": "" if shown == "all" else shown}),
    )


@router.get(_ONE)
async def quote(request: Request, member: QuotesReader, quote_id: UUID) -> Response:
    """A quote's page."""
    found = await member.ask(GetQuote(quote_id=quote_id))
    photos = await member.ask(ListAttachments(owner=_quote_of(quote_id)))
    return show(request, member, "office/quotes/item.html", here="quotes", quote=found, photos=photos.items)


def _quote_of(quote_id: UUID) -> AttachmentOwner:
    return AttachmentOwner(kind="quote", id=quote_id)


attached.serve(router, _ONE + "/attachments", entering_quotes, _quote_of)


@router.get(f"{_ONE}/finalize")
async def write(request: Request, member: QuotesWriter, quote_id: UUID) -> Response:
    """The form of the answer, which begins with what was asked for at the customer's own estimate."""
    found = await member.ask(GetQuote(quote_id=quote_id))
    values = {"kind": "work_order", "assigned_staff_id": str(member.principal.id)}
    return await _form(request, member, found, Form(values), Rows())


@router.post(f"{_ONE}/finalize")
async def answer(request: Request, member: QuotesWriter, quote_id: UUID) -> Response:
    """Finalizes the quote and drafts its proposal, or shows the form with a row more."""
    typed = await typed_in(request)
    found = await member.ask(GetQuote(quote_id=quote_id))
    rows = rows_typed(typed)
    if typed["add"]:
        return await _form(request, member, found, wrong(typed.values, {}), rows.grown(typed["add"]))
    try:
        said = _said(typed)
        new_id = command_id(member, typed.path, typed.values)
        await member.ask(await issuing.answer(member, quote_id, said, new_id))
    except WrongRows as error:
        return await _form(request, member, found, wrong(typed.values, error.errors), rows, 422)
    except ValidationError as error:
        return await _form(request, member, found, wrong(typed.values, problems(error, _SENTENCES)), rows, 422)
    except DomainError as error:
        again, status = refused(typed.values, error, _FIELDS), problem_of(error).status_code
        return await _form(request, member, found, again, rows, status)
    return done(f"{_PATH}/{quote_id}", "finalized")


def _said(typed: Typed) -> issuing.QuoteAnswer:
    """The answer that the form gives; raises ValidationError or WrongRows."""
    errors: dict[str, str] = {}
    services = services_typed(typed, errors)
    if errors:
        raise WrongRows(errors)
    named = ("assigned_staff_id", "scheduled_on", "kind", "title", "expires_on")
    fields = {name: typed[name].strip() or None for name in named}
    return issuing.QuoteAnswer.model_validate({**fields, "note": typed["note"].strip(), "services": services})


async def _form(
    request: Request, member: Caller, found: QuoteView, form: Form, rows: Rows, status: int = 200
) -> Response:
    return show(
        request,
        member,
        "office/quotes/finalize.html",
        status,
        here="quotes",
        quote=found,
        form=form,
        rows=rows,
        kinds=KINDS[:2],
        staff=await staff_options(member),
    )
