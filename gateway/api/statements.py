"""The statement of account: as JSON, as a PDF, and as a table for spreadsheets."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from gateway.api.routers import PropertyFilter, answers, answers_pdf, office, portal, relayed, sent
from gateway.auth import ApiCaller
from gateway.statements import USUAL_DAYS, Period, asked, csv_of, today, usual
from services.contracts.billing.credits import GetStatement, GetStatementPdf, StatementView

CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The statement, line by line"}


async def _period(
    caller: ApiCaller,
    since: Annotated[date | None, Query(description=f"{USUAL_DAYS} days before the end where it is not given.")] = None,
    until: Annotated[date | None, Query(description="Today, at the branch, where it is not given.")] = None,
) -> Period:
    period = usual(until or today(caller))
    return Period(since or period.since, period.until)


async def _of_contact(
    caller: ApiCaller, period: Annotated[Period, Depends(_period)], chosen: PropertyFilter
) -> dict[str, Any]:
    assert caller.principal.customer_id is not None
    return await asked(caller, caller.principal.customer_id, period, chosen)


async def _of_customer(
    customer_id: UUID, caller: ApiCaller, period: Annotated[Period, Depends(_period)], chosen: PropertyFilter
) -> dict[str, Any]:
    return await asked(caller, customer_id, period, chosen)


Own = Annotated[dict[str, Any], Depends(_of_contact)]
Theirs = Annotated[dict[str, Any], Depends(_of_customer)]


@portal.get("/statement", **answers(StatementView))
async def get_statement(caller: ApiCaller, wanted: Own) -> Response:
    """What was owed, what changed it, and what is owed, at the selected properties."""
    return await relayed(caller, GetStatement(**wanted))


@portal.get("/statement/pdf", **answers_pdf())
async def get_statement_pdf(caller: ApiCaller, request: Request, wanted: Own) -> Response:
    """The statement as a PDF."""
    return await sent(request, await caller.ask(GetStatementPdf(**wanted)))


@portal.get("/statement/csv", response_class=Response, responses={200: CSV})
async def get_statement_csv(caller: ApiCaller, wanted: Own) -> Response:
    """The statement for a spreadsheet."""
    return csv_of(await caller.ask(GetStatement(**wanted)))


@office.get("/customers/{customer_id}/statement", **answers(StatementView))
async def get_customers_statement(caller: ApiCaller, wanted: Theirs) -> Response:
    """A customer's statement, over all branches."""
    return await relayed(caller, GetStatement(**wanted))


@office.get("/customers/{customer_id}/statement/pdf", **answers_pdf())
async def get_customers_statement_pdf(caller: ApiCaller, request: Request, wanted: Theirs) -> Response:
    """A customer's statement as a PDF."""
    return await sent(request, await caller.ask(GetStatementPdf(**wanted)))


@office.get("/customers/{customer_id}/statement/csv", response_class=Response, responses={200: CSV})
async def get_customers_statement_csv(caller: ApiCaller, wanted: Theirs) -> Response:
    """A customer's statement for a spreadsheet."""
    return csv_of(await caller.ask(GetStatement(**wanted)))
