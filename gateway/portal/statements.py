"""The statement of account: any days' as a page, a PDF and a table for spreadsheets."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.auth import Caller
from gateway.files import send
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, refused
from gateway.pages.render import page
from gateway.portal.entry import Payer, root
from gateway.portal.filter import chosen_by
from gateway.statements import Period, asked, csv_of, today, usual
from services.contracts.billing.credits import GetStatement, GetStatementPdf, StatementView
from services.contracts.errors import DomainError

router = APIRouter()

_NO_DAY = "Enter a date such as 2026-01-31."
_FIELDS = {"since": "since", "until": "until"}


async def _period_asked(
    visitor: Payer, since: Annotated[str, Query()] = "", until: Annotated[str, Query()] = ""
) -> Period | Form:
    """The days that the address names, the usual ones where it does not; the form where what it names is no day."""
    typed = {"since": since, "until": until}
    errors = {name: _NO_DAY for name, text in typed.items() if text and day_typed(text) is None}
    if errors:
        return Form(typed, errors)
    period = usual(day_typed(until) or today(visitor))
    return Period(day_typed(since) or period.since, period.until)


def day_typed(typed: str) -> date | None:
    """The day that was typed; None where it is none."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


Asked = Annotated[Period | Form, Depends(_period_asked)]


@router.get("/{portal}/statement")
async def statement(request: Request, visitor: Payer, period: Asked) -> Response:
    """What was owed, what changed it, and what is owed, at the properties that are shown."""
    if isinstance(period, Form):
        return _page(request, visitor, period, http_status=422)
    try:
        found = await visitor.ask(GetStatement(**await _wanted(visitor, period)))
    except DomainError as refusal:
        if refusal.details.get("reason") != "period":
            raise
        return _page(request, visitor, refused(days_of(period), refusal, _FIELDS), http_status=422)
    return _page(request, visitor, Form(days_of(period)), found)


@router.get("/{portal}/statement/pdf")
async def statement_pdf(request: Request, visitor: Payer, period: Asked) -> Response:
    """The statement as a document."""
    if isinstance(period, Form):
        return see(f"{root(visitor)}/statement")
    file = await visitor.ask(GetStatementPdf(**await _wanted(visitor, period)))
    return await send(request.app.state.files, file, inline=True)


@router.get("/{portal}/statement/csv")
async def statement_csv(visitor: Payer, period: Asked) -> Response:
    """The statement for a spreadsheet."""
    if isinstance(period, Form):
        return see(f"{root(visitor)}/statement")
    return csv_of(await visitor.ask(GetStatement(**await _wanted(visitor, period))))


async def _wanted(visitor: Caller, period: Period) -> dict[str, Any]:
    assert visitor.principal.customer_id
    return await asked(visitor, visitor.principal.customer_id, period, chosen_by(visitor.principal))


def _page(
    request: Request, visitor: Caller, form: Form, found: StatementView | None = None, *, http_status: int = 200
) -> Response:
    path = f"{root(visitor)}/statement"
    return page(
        request,
        "invoices/statement.html",
        http_status,
        here="statement",
        form=form,
        statement=found,
        presets=[
            (name, address(path, days_of(period)), days_of(period) == form.values)
            for name, period in presets(today(visitor))
        ],
        pdf=address(f"{path}/pdf", form.values),
        csv=address(f"{path}/csv", form.values),
    )


def days_of(period: Period) -> dict[str, str]:
    """A period as an address and a form say it."""
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}


def presets(day: date) -> Iterator[tuple[str, Period]]:
    """The periods that people ask for, by name, as of a day."""
    month, year = day.replace(day=1), day.replace(month=1, day=1)
    before = month - timedelta(days=1)
    yield "Last 90 days", usual(day)
    yield "This month", Period(month, day)
    yield "Last month", Period(before.replace(day=1), before)
    yield "This year", Period(year, day)
    yield "Last year", Period(year.replace(year=year.year - 1), year - timedelta(days=1))
