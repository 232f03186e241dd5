"""The statement of account: as JSON, as a PDF, and as a table for spreadsheets."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from gateway import spreadsheets
from gateway.api.routers import PropertyFilter, answers, answers_pdf, office, portal, relayed, sent
from gateway.auth import ApiCaller, Caller
from services.contracts.billing.credits import GetStatement, GetStatementPdf, StatementView
from services.contracts.identity.customers import GetCustomer
from services.contracts.snapshots import CustomerSnapshot

USUAL_DAYS = 90
CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The statement, line by line"}


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    since: date
    until: date


async def _period(
    caller: ApiCaller,
    since: Annotated[date | None, Query(description=f"{USUAL_DAYS} days before the end where it is not given.")] = None,
    until: Annotated[date | None, Query(description="Today, at the branch, where it is not given.")] = None,
) -> Period:
    last = until or _today(caller)
    return Period(since or last - timedelta(days=USUAL_DAYS), last)


def _today(caller: Caller) -> date:
    place = caller.principal.portal
    return datetime.now(ZoneInfo(place.time_zone) if place else UTC).date()


async def _of_contact(
    caller: ApiCaller, period: Annotated[Period, Depends(_period)], chosen: PropertyFilter
) -> dict[str, Any]:
    assert caller.principal.customer_id is not None
    return await _asked(caller, caller.principal.customer_id, period, chosen)


async def _of_customer(
    customer_id: UUID, caller: ApiCaller, period: Annotated[Period, Depends(_period)], chosen: PropertyFilter
) -> dict[str, Any]:
    return await _asked(caller, customer_id, period, chosen)


async def _asked(caller: Caller, customer_id: UUID, period: Period, chosen: list[UUID]) -> dict[str, Any]:
    """What a statement is asked for: of whom, as they are called today, and when."""
    found = await caller.ask(GetCustomer(customer_id=customer_id))
    customer = CustomerSnapshot(id=found.id, name=found.name, address=found.mailing_address)
    return {
        "since": period.since,
        "until": period.until,
        "customer_id": customer_id,
        "customer": customer,
        "property_ids": chosen,
    }


Own = Annotated[dict[str, Any], Depends(_of_contact)]
Theirs = Annotated[dict[str, Any], Depends(_of_customer)]


@portal.get("/statement", **answers(StatementView))
async def get_statement(caller: ApiCaller, asked: Own) -> Response:
    """What was owed, what changed it, and what is owed, at the selected properties."""
    return await relayed(caller, GetStatement(**asked))


@portal.get("/statement/pdf", **answers_pdf())
async def get_statement_pdf(caller: ApiCaller, request: Request, asked: Own) -> Response:
    """The statement as a PDF."""
    return await sent(request, await caller.ask(GetStatementPdf(**asked)))


@portal.get("/statement/csv", response_class=Response, responses={200: CSV})
async def get_statement_csv(caller: ApiCaller, asked: Own) -> Response:
    """The statement for a spreadsheet."""
    return csv_of(await caller.ask(GetStatement(**asked)))


@office.get("/customers/{customer_id}/statement", **answers(StatementView))
async def get_customers_statement(caller: ApiCaller, asked: Theirs) -> Response:
    """A customer's statement, over all branches."""
    return await relayed(caller, GetStatement(**asked))


@office.get("/customers/{customer_id}/statement/pdf", **answers_pdf())
async def get_customers_statement_pdf(caller: ApiCaller, request: Request, asked: Theirs) -> Response:
    """A customer's statement as a PDF."""
    return await sent(request, await caller.ask(GetStatementPdf(**asked)))


@office.get("/customers/{customer_id}/statement/csv", response_class=Response, responses={200: CSV})
async def get_customers_statement_csv(caller: ApiCaller, asked: Theirs) -> Response:
    """A customer's statement for a spreadsheet."""
    return csv_of(await caller.ask(GetStatement(**asked)))


def csv_of(view: StatementView) -> Response:
    """The statement as a file to download."""
    name = f"statement-{view.since}-{view.until}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(spreadsheets.statement(view), media_type="text/csv; charset=utf-8", headers=headers)
