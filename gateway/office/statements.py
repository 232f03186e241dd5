"""A customer's statement of account in the office: any days' as a page, a PDF and a table."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.files import send as send_file
from gateway.office.entry import InvoicesReader
from gateway.office.showing import show
from gateway.pages.addresses import address
from gateway.pages.forms import Form, refused
from gateway.portal.statements import day_typed, days_of, presets
from gateway.statements import Period, asked, csv_of, today, usual
from services.contracts.billing.credits import GetStatement, GetStatementPdf
from services.contracts.errors import DomainError

router = APIRouter()

_ONE = "/office/customers/{customer_id:uuid}/statement"
_FIELDS = {"since": "since", "until": "until"}
Day = Annotated[str, Query(max_length=20)]


@router.get(_ONE)
async def statement(
    request: Request, member: InvoicesReader, customer_id: UUID, since: Day = "", until: Day = ""
) -> Response:
    """What was owed, what changed it, and what is owed, over all branches; no day is as good as none."""
    wanted = await asked(member, customer_id, _period(since, until, usual(today(member))), [])
    period = Period(wanted["since"], wanted["until"])
    form, found, status = Form(days_of(period)), None, 200
    try:
        found = await member.ask(GetStatement(**wanted))
    except DomainError as refusal:
        if refusal.details.get("reason") != "period":
            raise
        form, status = refused(days_of(period), refusal, _FIELDS), 422
    path = f"/office/customers/{customer_id}/statement"
    return show(
        request,
        member,
        "office/customers/statement.html",
        status,
        here="customers",
        whose=wanted["customer"],
        statement=found,
        form=form,
        presets=[(name, address(path, days_of(each)), each == period) for name, each in presets(today(member))],
        pdf=address(f"{path}/pdf", form.values),
        sheet=address(f"{path}/csv", form.values),
    )


def _period(since: str, until: str, usually: Period) -> Period:
    last = day_typed(until) or usually.until
    return Period(day_typed(since) or usual(last).since, last)


async def _wanted(member: InvoicesReader, customer_id: UUID, since: Day = "", until: Day = "") -> dict[str, Any]:
    return await asked(member, customer_id, _period(since, until, usual(today(member))), [])


@router.get(f"{_ONE}/pdf")
async def statement_pdf(
    request: Request, member: InvoicesReader, customer_id: UUID, since: Day = "", until: Day = ""
) -> Response:
    """The statement as a document."""
    file = await member.ask(GetStatementPdf(**await _wanted(member, customer_id, since, until)))
    return await send_file(request.app.state.files, file, inline=True)


@router.get(f"{_ONE}/csv")
async def statement_csv(member: InvoicesReader, customer_id: UUID, since: Day = "", until: Day = "") -> Response:
    """The statement for a spreadsheet."""
    return csv_of(await member.ask(GetStatement(**await _wanted(member, customer_id, since, until))))
