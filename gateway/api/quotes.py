"""Quotes: customers ask for offers, the office makes proposals of them."""

from typing import Literal
from uuid import UUID

from fastapi.responses import Response

from gateway.api.routers import CommandId, PropertyFilter, answers, office, portal, relayed
from gateway.auth import ApiCaller
from gateway.issuing import quotes as issuing
from gateway.paging import Cursor, Limit
from services.contracts.messages import Page
from services.contracts.proposals.quotes import ChangeQuote, GetQuote, ListQuotes, QuoteSummary, QuoteView

Status = Literal["all", "open", "finalized"]
WITHOUT_BODY = issuing.QuoteAnswer()


@portal.get("/quotes", **answers(Page[QuoteSummary]))
@office.get("/quotes", **answers(Page[QuoteSummary]))
async def list_quotes(
    caller: ApiCaller,
    properties: PropertyFilter,
    status: Status = "all",
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """Quotes, newest first; a customer sees their own, or with the permission all of their properties'."""
    return await relayed(caller, ListQuotes(status=status, property_ids=properties, cursor=cursor, limit=limit))


@portal.get("/quotes/{quote_id}", **answers(QuoteView))
@office.get("/quotes/{quote_id}", **answers(QuoteView))
async def get_quote(quote_id: UUID, caller: ApiCaller) -> Response:
    """One quote, with the proposals that answer it."""
    return await relayed(caller, GetQuote(quote_id=quote_id))


@portal.post("/quotes", **answers(QuoteView, 201))
async def create_quote(body: issuing.NewQuote, caller: ApiCaller, new_id: CommandId) -> Response:
    """Asks an offer for one of the contact's properties; the office sees it at once."""
    return await relayed(caller, await issuing.quote(caller, body, new_id), 201)


@office.post("/quotes", **answers(QuoteView, 201))
async def create_quote_in_office(body: issuing.NewOfficeQuote, caller: ApiCaller, new_id: CommandId) -> Response:
    """Writes down what a customer asked for by another way."""
    return await relayed(caller, await issuing.quote(caller, body, new_id), 201)


@office.patch("/quotes/{quote_id}", **answers(QuoteView))
async def change_quote(quote_id: UUID, body: issuing.QuoteChange, caller: ApiCaller, new_id: CommandId) -> Response:
    """Changes what is asked for, as long as it is not answered."""
    return await relayed(caller, ChangeQuote(id=new_id, quote_id=quote_id, **dict(body)))


@office.post("/quotes/{quote_id}/finalize", **answers(QuoteView))
async def finalize_quote(
    quote_id: UUID, caller: ApiCaller, new_id: CommandId, body: issuing.QuoteAnswer = WITHOUT_BODY
) -> Response:
    """Open to finalized: who sees to it and when; drafts the proposal that answers it."""
    return await relayed(caller, await issuing.answer(caller, quote_id, body, new_id))
